using Grainhouse.Testing.Facts;
using Xunit;

namespace Grainhouse.Testing.Docker;

/// <summary>A fact that needs a Docker engine: skipped by name, with the reason, where none answers.</summary>
public sealed class DockerFactAttribute : FactAttribute
{
    /// <summary>Asks for an engine once per test run.</summary>
    public DockerFactAttribute() => Skip = DockerEngine.SkipReason;
}

/// <summary>A fact that needs a Docker engine, and the right to change the host's network.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DockerNetworkFactAttribute : FactAttribute
{
    /// <summary>Asks for an engine once per test run.</summary>
    public DockerNetworkFactAttribute() =>
        Skip = DockerEngine.SkipReason ?? (Environment.IsPrivilegedProcess ? null : "changing the host's network needs root");
}

/// <summary>A contract's test class that needs a Docker engine.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsDockerAttribute : Attribute, IContractNeed
{
    /// <inheritdoc/>
    public string? SkipReason => DockerEngine.SkipReason;
}
