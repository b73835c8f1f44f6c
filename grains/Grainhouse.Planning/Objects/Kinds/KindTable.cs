namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Which rules belong to which kind.</summary>
internal static class KindTable
{
    private static readonly KindRules Pods = new PodRules();
    private static readonly KindRules Namespaces = new NamespaceRules();

    public static KindRules Find(string qualifiedName) => qualifiedName switch
    {
        "pods" => Pods,
        "namespaces" => Namespaces,
        _ => KindRules.Plain,
    };
}
