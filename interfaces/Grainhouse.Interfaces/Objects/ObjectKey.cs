namespace Grainhouse.Interfaces.Objects;

/// <summary>Names one object: <c>resource.group/namespace/name</c>, as in <c>deployments.apps/default/web</c>.</summary>
/// <remarks>
/// The text form is the key of the object's grain and of its document in the store. The core group has no suffix
/// (<c>pods/default/web-0</c>); a cluster-scoped object has an empty namespace (<c>nodes//n1</c>).
/// </remarks>
/// <param name="Resource">Plural and group: <c>deployments.apps</c>, <c>pods</c>.</param>
/// <param name="Namespace">Empty for a cluster-scoped object.</param>
/// <param name="Name">The object's name.</param>
[GenerateSerializer, Immutable, Alias("grainhouse.key")]
public readonly record struct ObjectKey(
    [property: Id(0)] string Resource,
    [property: Id(1)] string Namespace,
    [property: Id(2)] string Name)
{
    /// <summary>The prefix shared by all objects of a resource, or of one namespace of it.</summary>
    public static string Prefix(string resource, string? @namespace = null) =>
        @namespace is null ? $"{resource}/" : $"{resource}/{@namespace}/";

    /// <summary>Parses the text form.</summary>
    /// <exception cref="FormatException">The text is not <c>resource/namespace/name</c>.</exception>
    public static ObjectKey Parse(string text)
    {
        var first = text.IndexOf('/', StringComparison.Ordinal);
        var second = first < 0 ? -1 : text.IndexOf('/', first + 1);
        return second < 0
            ? throw new FormatException($"'{text}' is not an object key: resource/namespace/name.")
            : new ObjectKey(text[..first], text[(first + 1)..second], text[(second + 1)..]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Resource}/{Namespace}/{Name}";
}
