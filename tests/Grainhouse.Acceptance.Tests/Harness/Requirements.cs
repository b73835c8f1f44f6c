namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>What a test needs of the machine.</summary>
[Flags]
public enum Needs
{
    /// <summary>Only the .NET SDK.</summary>
    Nothing = 0,

    /// <summary>A Docker Engine within reach of the docker command, and a static busybox to make images from.</summary>
    Docker = 1,

    /// <summary>kubectl.</summary>
    Kubectl = 2,

    /// <summary>The right to mount a tmpfs.</summary>
    Mount = 4,

    /// <summary>The Go client that tests/clients/go/build.sh builds.</summary>
    GoClient = 8,

    /// <summary>prometheus.</summary>
    Prometheus = 16,

    /// <summary>A kubectl from before 1.30, which speaks SPDY, named by GRAINHOUSE_OLD_KUBECTL.</summary>
    OldKubectl = 32,

    /// <summary>Node.js with npm, and packages within its reach.</summary>
    Node = 64,

    /// <summary>Debian's python3-kubernetes.</summary>
    PythonKubernetes = 128,

    /// <summary>The Prometheus with discovery of Kubernetes that tests/clients/prometheus/build.sh builds.</summary>
    DiscoveringPrometheus = 256,
}

/// <summary>Finds out, once, what the machine has.</summary>
internal static class Requirements
{
    private static readonly Lazy<string?> DockerMissing = new(FindDocker);
    private static readonly Lazy<string?> KubectlMissing = new(() => FindOnPath("kubectl") is null ? "kubectl is not on the PATH" : null);
    private static readonly Lazy<string?> NodeMissing =
        new(() => FindOnPath("node") is null || FindOnPath("npm") is null ? "node or npm is not on the PATH" : null);
    private static readonly Lazy<string?> PythonMissing =
        new(() => Directory.Exists("/usr/lib/python3/dist-packages/kubernetes") ? null : "python3-kubernetes is not installed");
    private static readonly Lazy<string?> MountMissing =
        new(() => Environment.UserName != "root" ? "only root can mount a tmpfs" : null);

    /// <summary>The Go client's program; null if there is none.</summary>
    public static string? GoClient => Named("GRAINHOUSE_GO_CLIENT");

    /// <summary>The Prometheus that discovers; null if there is none.</summary>
    public static string? DiscoveringPrometheus => Named("GRAINHOUSE_PROMETHEUS");

    /// <summary>The kubectl that speaks SPDY; empty where there is none.</summary>
    public static string OldKubectl { get; } = Environment.GetEnvironmentVariable("GRAINHOUSE_OLD_KUBECTL") ?? "";

    /// <summary>Why a test cannot run here; null if it can.</summary>
    public static string? Missing(Needs needs)
    {
        var reasons = new[]
        {
            needs.HasFlag(Needs.Docker) ? DockerMissing.Value : null,
            needs.HasFlag(Needs.Kubectl) ? KubectlMissing.Value : null,
            needs.HasFlag(Needs.Mount) ? MountMissing.Value : null,
            needs.HasFlag(Needs.Prometheus) && FindOnPath("prometheus") is null ? "prometheus is not on the PATH" : null,
            needs.HasFlag(Needs.GoClient) && GoClient is null ? "GRAINHOUSE_GO_CLIENT does not name what tests/clients/go/build.sh built" : null,
            needs.HasFlag(Needs.DiscoveringPrometheus) && DiscoveringPrometheus is null ? "GRAINHOUSE_PROMETHEUS does not name what tests/clients/prometheus/build.sh built" : null,
            needs.HasFlag(Needs.Node) ? NodeMissing.Value : null,
            needs.HasFlag(Needs.PythonKubernetes) ? PythonMissing.Value : null,
            needs.HasFlag(Needs.OldKubectl) && OldKubectl.Length == 0 ? "GRAINHOUSE_OLD_KUBECTL names no kubectl from before 1.30" : null,
        };
        var found = string.Join("; ", reasons.OfType<string>());
        return found.Length == 0 ? null : found;
    }

    /// <summary>The full path of a program; null if there is none.</summary>
    public static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);

    private static string? Named(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } program && File.Exists(program) ? program : null;

    private static string? FindDocker()
    {
        if (FindOnPath("docker") is null)
        {
            return "the docker command is not on the PATH";
        }

        if (FindOnPath("busybox") is null)
        {
            return "busybox (busybox-static) is not on the PATH, so there is nothing to make an image from";
        }

        // Discovery is synchronous, and so is this one question.
        using var process = Command.Start("docker", ["version", "--format", "{{.Server.Version}}"], null);
        process.StandardInput.Close();
        return process.WaitForExit(TimeSpan.FromSeconds(10)) && process.ExitCode == 0 ? null : "no Docker Engine answers";
    }
}

/// <summary>A test that is skipped, by name and with the reason, where the machine lacks what it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealFactAttribute : FactAttribute
{
    public RealFactAttribute(Needs needs)
    {
        Skip = Requirements.Missing(needs);
    }
}

/// <summary>As <see cref="RealFactAttribute"/>, for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealTheoryAttribute : TheoryAttribute
{
    public RealTheoryAttribute(Needs needs)
    {
        Skip = Requirements.Missing(needs);
    }
}
