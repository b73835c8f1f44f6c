namespace Grainhouse.Cli.Backups;

/// <summary>Files for their owner alone: the cluster's keys are in a backup.</summary>
internal static class PrivateFile
{
    /// <summary>Makes a file, or empties the one that is there.</summary>
    public static FileStream Create(string path, FileOptions more = FileOptions.None)
    {
        // One that is there keeps its mode when it is opened.
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous | more, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Makes a file in the directory for temporary files, which goes when it is closed.</summary>
    public static FileStream CreateTemporary() =>
        Create(Path.Combine(Path.GetTempPath(), $"grainhouse-backup-{Guid.NewGuid():n}"), FileOptions.DeleteOnClose);
}
