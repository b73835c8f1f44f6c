using Grainhouse.Storage.Backups;

namespace Grainhouse.Cli.Backups;

/// <summary>A file. It has its name only once it is whole and durable; one that was there before stays until then.</summary>
internal sealed class FilePlace(string path) : BackupPlace
{
    public override string Name => path;

    public override async Task<T> PutAsync<T>(Func<Stream, Task<T>> write, CancellationToken cancellationToken)
    {
        var made = $"{path}.{Environment.ProcessId}.part";
        try
        {
            T result;
            await using (var stream = PrivateFile.Create(made))
            {
                result = await write(stream);
                await stream.FlushAsync(cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(made, path, overwrite: true);
            DurableDirectory.Flush(Path.GetDirectoryName(path)!);
            return result;
        }
        catch (IOException cause)
        {
            throw new CliException($"{path} cannot be written: {cause.Message}", ExitCode.Failure, cause);
        }
        finally
        {
            Remove(made);
        }
    }

    public override async Task<T> GetAsync<T>(Func<Stream, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 1 << 16 });
            return await read(stream);
        }
        catch (IOException cause)
        {
            throw new CliException($"{path} cannot be read: {cause.Message}", ExitCode.Failure, cause);
        }
    }

    private static void Remove(string made)
    {
        // It is not there when its directory is not.
        if (File.Exists(made))
        {
            File.Delete(made);
        }
    }
}
