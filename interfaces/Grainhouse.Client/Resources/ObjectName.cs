namespace Grainhouse.Client;

/// <summary>Names one object among those of its kind.</summary>
/// <param name="Namespace">Empty for a kind without namespaces.</param>
/// <param name="Name">The name.</param>
public readonly record struct ObjectName(string Namespace, string Name)
{
    /// <summary><c>namespace/name</c>, or just the name.</summary>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
