namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Which file is where below the driver's directory.</summary>
/// <remarks>
/// Process records and raw output of all containers lie flat in a directory each, so that one inotify watch sees them all.
/// A sandbox's id is <c>UID_ATTEMPT</c>, a container's <c>UID_ATTEMPT_NAME_ATTEMPT</c>: no part may hold an underscore, as
/// no UID and no DNS label does.
/// </remarks>
internal sealed class ProcessLayout(string root)
{
    public const string ProcessSuffix = ".pid";
    public const string ExitSuffix = ".exit";

    public string Run { get; } = Path.Combine(root, "run");

    public string Output { get; } = Path.Combine(root, "output");

    public string Sandboxes { get; } = Path.Combine(root, "sandboxes");

    public string SandboxDirectory(string sandboxId) => Path.Combine(Sandboxes, sandboxId);

    public string SandboxFile(string sandboxId) => Path.Combine(Sandboxes, sandboxId, "sandbox.json");

    public string ContainerDirectory(string id) => Path.Combine(Sandboxes, SandboxOf(id), id);

    public string ContainerFile(string id) => Path.Combine(ContainerDirectory(id), "container.json");

    /// <summary>The container's own directory, its default working directory.</summary>
    public string WorkDirectory(string id) => Path.Combine(ContainerDirectory(id), "work");

    /// <summary>The engine's words on why the process could not start.</summary>
    public string StartErrorFile(string id) => Path.Combine(ContainerDirectory(id), "start-error");

    /// <summary>Exists if the kernel killed for memory.</summary>
    public string OutOfMemoryFile(string id) => Path.Combine(ContainerDirectory(id), "out-of-memory");

    /// <summary>The log; rotated ones have a number behind, 1 for the youngest.</summary>
    public string LogFile(string id, int age) => Path.Combine(ContainerDirectory(id), age == 0 ? "log" : $"log.{age}");

    /// <summary>The named pipe that a container's input goes through, while it takes any.</summary>
    public string InputFile(string id) => Path.Combine(ContainerDirectory(id), "input");

    /// <summary>A line of /proc/PID/stat: the process that holds the input open until somebody attaches.</summary>
    public string HolderFile(string id) => Path.Combine(ContainerDirectory(id), "input-holder");

    /// <summary>Two lines of /proc/PID/stat: the supervisor's and the workload's.</summary>
    public string ProcessFile(string id) => Path.Combine(Run, id + ProcessSuffix);

    /// <summary>The exit code, a line; its time is the file's.</summary>
    public string ExitFile(string id) => Path.Combine(Run, id + ExitSuffix);

    /// <summary>What the workload wrote, as it wrote it.</summary>
    public string OutputFile(string id) => Path.Combine(Output, id);

    public void Create()
    {
        foreach (var directory in new[] { root, Run, Output, Sandboxes })
        {
            CreatePrivate(directory);
        }
    }

    /// <summary>Makes a directory that only the agent's user can enter: output and files of workloads are nobody else's.</summary>
    public static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("The Process runtime needs Linux.");
        }

        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public static string SandboxId(PodIdentity pod, int attempt) => $"{Part(pod.Uid)}_{attempt}";

    public static string ContainerId(string sandboxId, ContainerSpec spec) => $"{sandboxId}_{Part(spec.Name)}_{spec.Attempt}";

    /// <summary>Whether this can be an id: what comes from outside must not lead out of the directory.</summary>
    public static bool IsContainerId(string id) => IsId(id, parts: 4);

    public static bool IsSandboxId(string id) => IsId(id, parts: 2);

    public static string SandboxOf(string id) => id[..id.IndexOf('_', id.IndexOf('_') + 1)];

    public static string PodUidOf(string id) => id[..id.IndexOf('_')];

    private static bool IsId(string id, int parts)
    {
        var separators = 0;
        foreach (var c in id)
        {
            separators += c == '_' ? 1 : 0;
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
            {
                return false;
            }
        }

        return separators == parts - 1 && id.Length > 0 && id[0] != '_';
    }

    private static string Part(string name) => IsId(name, parts: 1)
        ? name
        : throw new RuntimeException(RuntimeErrorKind.Create, $"'{name}' cannot be part of an id: letters, digits and dashes may be.");
}
