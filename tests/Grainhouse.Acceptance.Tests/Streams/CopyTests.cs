using System.Security.Cryptography;

namespace Grainhouse.Acceptance.Tests.Streams;

/// <summary>kubectl cp.</summary>
public sealed class CopyTests(SharedCluster shared) : StreamPods(shared)
{
    private const int Megabytes = 200;

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Copy_200MegabytesThereAndBack_AreTheSame()
    {
        using var directory = new TemporaryDirectory();
        var (there, back) = (Path.Combine(directory.Path, "there"), Path.Combine(directory.Path, "back"));
        await File.WriteAllBytesAsync(there, RandomNumberGenerator.GetBytes(Megabytes * 1024 * 1024));

        (await Kubectl.RunAsync(["cp", there, $"{Docker}:/tmp/file"], null, TimeSpan.FromMinutes(2))).Ok();
        (await Kubectl.RunAsync(["cp", $"{Docker}:/tmp/file", back], null, TimeSpan.FromMinutes(2))).Ok();

        var sum = await SumAsync(there);
        Assert.StartsWith(sum, await Kubectl.OkAsync("exec", Docker, "--", "sha256sum", "/tmp/file"), StringComparison.Ordinal);
        Assert.Equal(sum, await SumAsync(back));
    }

    private static async Task<string> SumAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }
}
