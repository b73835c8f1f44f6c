using System.Diagnostics;
using System.Security.Cryptography;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Tests;

/// <summary>A file system of 4 MiB under the store. Needs root, to mount it.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose()
    {
        if (Environment.IsPrivilegedProcess)
        {
            Run("umount", directory.Path);
        }

        directory.Dispose();
    }

    [RootFact]
    public async Task Commit_DiskFull_IsUnavailableReadsGoOnAndSpaceHeals()
    {
        Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", directory.Path);
        await File.WriteAllBytesAsync(directory.File("ballast"), new byte[1 << 20]);
        await using var store = new SqliteObjectStore(new StorageOptions { Path = directory.File("store.db") });
        await store.OpenAsync();

        var written = new List<string>();
        var error = await FillAsync(store, written);

        Assert.Contains("Nothing was written", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(written);
        Assert.Equal(written, (await store.ScanAsync("")).Items.Select(item => item.Key));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync(store, "k/9998"));

        File.Delete(directory.File("ballast"));
        await PutAsync(store, "k/9999");
        Assert.NotNull(await store.ReadAsync("k/9999"));
        Assert.Null(await store.ReadAsync("k/9998"));
    }

    private static async Task<StoreUnavailableException> FillAsync(SqliteObjectStore store, List<string> written)
    {
        for (var index = 0; ; index++)
        {
            try
            {
                await PutAsync(store, $"k/{index:d4}");
                written.Add($"k/{index:d4}");
            }
            catch (StoreUnavailableException error)
            {
                return error;
            }
        }
    }

    private static async Task PutAsync(SqliteObjectStore store, string key) =>
        Assert.True((await store.CommitAsync([new StoreWrite(key, 0, RandomNumberGenerator.GetBytes(60_000))]))[0].Committed);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private sealed class RootFactAttribute : FactAttribute
    {
        public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "mounting a small file system needs root";
    }
}
