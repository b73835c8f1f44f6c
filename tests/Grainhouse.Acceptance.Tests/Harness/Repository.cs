using System.Reflection;

namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>Where the sources and the built executable are.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static string Configuration { get; } = Metadata("Configuration");

    public static string CliProject => Path.Combine(Root, "cli", "Grainhouse.Cli");

    /// <summary>The program under test: the published one that GRAINHOUSE_EXECUTABLE names, else the one that was built.</summary>
    public static string Executable =>
        Environment.GetEnvironmentVariable("GRAINHOUSE_EXECUTABLE") is { Length: > 0 } published
            ? published
            : Path.Combine(CliProject, "bin", Configuration, "net10.0", "grainhouse");

    public static string Example(string name) => Path.Combine(Root, "examples", name);

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
