namespace Grainhouse.Cli;

/// <summary>Where a cluster keeps its data.</summary>
internal static class DataDirectory
{
    /// <summary>$XDG_DATA_HOME/grainhouse; without it /var/lib/grainhouse for root and ~/.local/share/grainhouse for others.</summary>
    public static string Default => Choose(
        Environment.GetEnvironmentVariable("XDG_DATA_HOME"), Environment.IsPrivilegedProcess, Environment.GetEnvironmentVariable("HOME"));

    /// <summary>The kubeconfig of a cluster that was given none. ~/.kube/config is never touched.</summary>
    public static string Kubeconfig(string directory) => Path.Combine(directory, "kubeconfig");

    /// <summary>Makes the directory, for its owner only: keys lie in it.</summary>
    public static string Create(string directory)
    {
        var path = Path.GetFullPath(directory);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else if (!Directory.Exists(path))
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (IOException error)
        {
            throw new CliException($"The data directory {path} cannot be made: {error.Message}", ExitCode.Usage, error);
        }

        return path;
    }

    internal static string Choose(string? xdgDataHome, bool root, string? home) => (xdgDataHome, root, home) switch
    {
        ({ Length: > 0 }, _, _) => Path.Combine(xdgDataHome, "grainhouse"),
        (_, true, _) => "/var/lib/grainhouse",
        (_, _, { Length: > 0 }) => Path.Combine(home, ".local", "share", "grainhouse"),
        _ => Path.Combine(Path.GetTempPath(), "grainhouse"),
    };
}
