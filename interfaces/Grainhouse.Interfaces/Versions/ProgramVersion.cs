using System.Reflection;

namespace Grainhouse.Interfaces.Versions;

/// <summary>Which Grainhouse this is, for people. What programs judge each other by is <see cref="ClusterProtocol"/>.</summary>
public static class ProgramVersion
{
    /// <summary>The version, without what it was built from: <c>0.1.0</c>.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
