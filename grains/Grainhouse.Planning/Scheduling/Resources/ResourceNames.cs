namespace Grainhouse.Planning.Scheduling;

/// <summary>The resources that have columns of their own.</summary>
internal static class ResourceNames
{
    public const string Cpu = "cpu";
    public const string Memory = "memory";
    public const string EphemeralStorage = "ephemeral-storage";
    public const string Pods = "pods";
}
