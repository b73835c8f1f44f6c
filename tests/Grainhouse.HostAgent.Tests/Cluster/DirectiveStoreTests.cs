using Google.Protobuf;
using Grainhouse.HostAgent.Cluster;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Tests.Cluster;

public sealed class DirectiveStoreTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("directive-test-").FullName;

    private string FilePath => Path.Combine(directory, "directive");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Load_WithoutAFile_IsNull()
    {
        using var store = new DirectiveStore(directory);

        Assert.Null(store.Load());
    }

    [Fact]
    public async Task Keep_SnapshotAndChanges_AreThereAgain()
    {
        await KeepAsync(Snapshot(("a", 1), ("b", 1)), Change(("c", 2)), Removal("a"), Change(("b", 3)));

        Assert.Equal("b@3 c@2", Pods(Load()));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public async Task Keep_TheSameSnapshotAgain_WritesNothing()
    {
        await KeepAsync(Snapshot(("a", 1)));
        var before = File.GetLastWriteTimeUtc(FilePath);
        using (var store = new DirectiveStore(directory))
        {
            store.Load();
            await store.KeepAsync(Snapshot(("a", 1)), CancellationToken.None);
        }

        Assert.Equal(before, File.GetLastWriteTimeUtc(FilePath));
    }

    [Fact]
    public async Task Load_OfAFileCutAnywhere_GivesAWholeEarlierState()
    {
        await KeepAsync(Snapshot(("a", 1)), Change(("b", 2)), Change(("c", 3)));
        var whole = await File.ReadAllBytesAsync(FilePath);
        HashSet<string> seen = [];
        for (var length = whole.Length; length >= 0; length--)
        {
            await File.WriteAllBytesAsync(FilePath, whole.AsMemory(0, length));
            seen.Add(Pods(Load()));
        }

        Assert.Equal(["", "a@1", "a@1 b@2", "a@1 b@2 c@3"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Keep_AfterATornEnd_GoesOnFromTheLastWholeRecord()
    {
        await KeepAsync(Snapshot(("a", 1)), Change(("b", 2)));
        var whole = await File.ReadAllBytesAsync(FilePath);
        await File.WriteAllBytesAsync(FilePath, whole.AsMemory(0, whole.Length - 3));

        using (var store = new DirectiveStore(directory))
        {
            store.Load();
            await store.KeepAsync(Change(("c", 3)), CancellationToken.None);
        }

        Assert.Equal("a@1 c@3", Pods(Load()));
    }

    [Fact]
    public async Task Keep_ManyChanges_DoesNotGrowForEver()
    {
        using (var store = new DirectiveStore(directory))
        {
            await store.KeepAsync(Snapshot(("a", 1)), CancellationToken.None);
            for (var revision = 2; revision < 200; revision++)
            {
                var change = new Changes();
                change.Pods.Add(new PodOrder { Uid = "a", Revision = revision, Pod = ByteString.CopyFrom(new byte[50_000]) });
                await store.KeepAsync(new NodeDirective { Changes = change }, CancellationToken.None);
            }
        }

        Assert.True(new FileInfo(FilePath).Length < 2_000_000);
        Assert.Equal("a@199", Pods(Load()));
    }

    private async Task KeepAsync(params NodeDirective[] directives)
    {
        using var store = new DirectiveStore(directory);
        foreach (var directive in directives)
        {
            await store.KeepAsync(directive, CancellationToken.None);
        }
    }

    private Snapshot? Load()
    {
        using var store = new DirectiveStore(directory);
        return store.Load();
    }

    private static string Pods(Snapshot? snapshot) =>
        string.Join(' ', (snapshot?.Pods ?? []).OrderBy(order => order.Uid, StringComparer.Ordinal).Select(order => $"{order.Uid}@{order.Revision}"));

    private static NodeDirective Snapshot(params (string Uid, long Revision)[] pods)
    {
        var snapshot = new Snapshot { Settings = new Settings { HeartbeatMs = 1000 } };
        snapshot.Pods.Add(pods.Select(pod => new PodOrder { Uid = pod.Uid, Revision = pod.Revision }));
        return new NodeDirective { Snapshot = snapshot };
    }

    private static NodeDirective Change(params (string Uid, long Revision)[] pods)
    {
        var changes = new Changes();
        changes.Pods.Add(pods.Select(pod => new PodOrder { Uid = pod.Uid, Revision = pod.Revision }));
        return new NodeDirective { Changes = changes };
    }

    private static NodeDirective Removal(string uid)
    {
        var changes = new Changes();
        changes.RemovedPods.Add(uid);
        return new NodeDirective { Changes = changes };
    }
}
