namespace Grainhouse.Cli.Hosting;

/// <summary>Held while a process works on a data directory. The system frees it when the process dies, however it dies.</summary>
/// <remarks>A second file has the process's number, since the locked one cannot be read.</remarks>
internal sealed class InstanceLock : IDisposable
{
    private readonly FileStream file;

    private InstanceLock(FileStream file)
    {
        this.file = file;
    }

    /// <summary>Takes the lock and leaves this process's number beside it.</summary>
    /// <exception cref="CliException">Another process holds it.</exception>
    public static InstanceLock Take(string directory)
    {
        var held = Probe(directory) ?? throw new CliException(
            $"A grainhouse (process {HolderOf(directory)}) already works on {directory}. " +
            "Use that one, stop it with 'grainhouse down', or choose another directory with --data.");
        File.WriteAllText(NumberPath(directory), $"{Environment.ProcessId}\n");
        return held;
    }

    /// <summary>Takes the lock if it is free, without leaving a trace; null if another process holds it.</summary>
    public static InstanceLock? Probe(string directory)
    {
        var path = Path.Combine(directory, "process.lock");
        try
        {
            return new InstanceLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>The process that took the lock last; null if none ever did.</summary>
    public static int? HolderOf(string directory) =>
        File.Exists(NumberPath(directory)) && int.TryParse(File.ReadAllText(NumberPath(directory)).Trim(), out var process) ? process : null;

    public void Dispose() => file.Dispose();

    private static string NumberPath(string directory) => Path.Combine(directory, "process.id");
}
