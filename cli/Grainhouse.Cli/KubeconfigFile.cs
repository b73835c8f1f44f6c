namespace Grainhouse.Cli;

/// <summary>Which kubeconfig a command that talks to a cluster uses.</summary>
internal static class KubeconfigFile
{
    /// <summary>The one that was named, else $KUBECONFIG, else the data directory's.</summary>
    /// <exception cref="CliException">There is no such file.</exception>
    public static string Find(string? named, string dataDirectory)
    {
        var path = named ?? FromEnvironment() ?? DataDirectory.Kubeconfig(dataDirectory);
        return File.Exists(path)
            ? path
            : throw new CliException($"There is no kubeconfig at {path}: start a cluster with 'grainhouse up', or name one with --kubeconfig.", ExitCode.Usage);
    }

    private static string? FromEnvironment() =>
        Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } paths ? paths.Split(Path.PathSeparator)[0] : null;
}
