using Grainhouse.Testing.Facts;
using Xunit;

namespace Grainhouse.Testing.Docker;

/// <summary>A fact that needs a Docker engine: skipped by name, with the reason, where none answers.</summary>
public sealed class DockerFactAttribute : FactAttribute
{
    /// <summary>Asks for an engine once per test run.</summary>
    public DockerFactAttribute() => Skip = DockerEngine.SkipReason;
}

/// <summary>A contract's test class that needs a Docker engine.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsDockerAttribute : Attribute, IContractNeed
{
    /// <inheritdoc/>
    public string? SkipReason => DockerEngine.SkipReason;
}
