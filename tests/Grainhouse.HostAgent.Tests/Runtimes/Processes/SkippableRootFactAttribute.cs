namespace Grainhouse.HostAgent.Tests.Runtimes.Processes;

/// <summary>A fact about what only root may do: mounts and cgroups.</summary>
public sealed class SkippableRootFactAttribute : FactAttribute
{
    public SkippableRootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "Mounts and cgroups need root.";
}
