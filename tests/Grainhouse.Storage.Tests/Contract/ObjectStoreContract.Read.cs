using Grainhouse.Interfaces.Storage;
using Grainhouse.Testing.Facts;

namespace Grainhouse.Storage.Tests.Contract;

public abstract partial class ObjectStoreContract<TStore>
{
    [ContractFact]
    public async Task Scan_Prefix_GivesOnlyItsKeysInOrder()
    {
        foreach (var key in (string[])["pods/b/x", "pods/a/y", "pods/a/x", "pods/a-b/x", "pod/a/x", "pods0", "nodes//n"])
        {
            await WriteAsync(Put(key, 0, ""));
        }

        var all = await Store.ScanAsync("pods/");
        var one = await Store.ScanAsync("pods/a/");

        Assert.Equal(["pods/a-b/x", "pods/a/x", "pods/a/y", "pods/b/x"], all.Items.Select(item => item.Key));
        Assert.Equal(["pods/a/x", "pods/a/y"], one.Items.Select(item => item.Key));
        Assert.Equal(7, (await Store.ScanAsync("")).Items.Length);
    }

    [ContractFact]
    public async Task Scan_Pages_ShowOneRevisionThoughWritesGoOn()
    {
        for (var index = 0; index < 10; index++)
        {
            await WriteAsync(Put($"k/{index}", 0, $"{index}"));
        }

        var first = await Store.ScanAsync("k/", limit: 4);
        Assert.True(first.More);
        await WriteAsync(Delete("k/5", (await Store.ReadAsync("k/5"))!.Revision));
        await WriteAsync(Put("k/7", (await Store.ReadAsync("k/7"))!.Revision, "new"));
        await WriteAsync(Put("k/55", 0, "new"));
        var second = await Store.ScanAsync("k/", first.Revision, first.Items[^1].Key, 4);
        var third = await Store.ScanAsync("k/", first.Revision, second.Items[^1].Key, 4);

        Assert.Equal(["4", "5", "6", "7"], second.Items.Select(item => Text(item.Document)));
        Assert.Equal(["8", "9"], third.Items.Select(item => Text(item.Document)));
        Assert.False(third.More);
        Assert.All((ScanPage[])[first, second, third], page => Assert.Equal(first.Revision, page.Revision));
    }

    [ContractFact]
    public async Task Scan_ExactlyTheLimit_SaysNoMore()
    {
        await Store.CommitAsync([Put("a", 0, ""), Put("b", 0, "")]);

        Assert.False((await Store.ScanAsync("", limit: 2)).More);
        Assert.True((await Store.ScanAsync("", limit: 1)).More);
    }

    [ContractFact]
    public async Task Changes_FromTheStart_TellEveryWriteInOrder()
    {
        var start = await Store.ReadRevisionAsync();
        var one = await WriteAsync(Put("a", 0, "1"));
        var two = await WriteAsync(Put("a", one.Revision, "2"));
        var three = await WriteAsync(Delete("a", two.Revision));

        var changes = await FollowAsync(start, 3);

        Assert.Equal([(one.Revision, 0L), (two.Revision, one.Revision), (three.Revision, two.Revision)], changes.Select(change => (change.Revision, change.PreviousRevision)));
        Assert.Equal(["1", "2", null], changes.Select(change => change.Document is { } document ? Text(document) : null));
    }

    [ContractFact]
    public async Task Changes_Follower_IsToldWithoutAsking()
    {
        var following = FollowAsync(await Store.ReadRevisionAsync(), 2);
        var outcomes = await Store.CommitAsync([Put("a", 0, "1"), Put("b", 0, "2")]);

        Assert.Equal(outcomes.Select(outcome => outcome.Revision), (await following).Select(change => change.Revision));
    }

    [ContractFact]
    public async Task Changes_FromTheMiddleOfABatch_SkipWhatWasSeen()
    {
        var outcomes = await Store.CommitAsync([Put("a", 0, "1"), Put("b", 0, "2"), Put("c", 0, "3")]);

        Assert.Equal(["c"], (await FollowAsync(outcomes[1].Revision, 1)).Select(change => change.Key));
    }

    [ContractFact]
    public async Task Changes_AfterAReopen_ComeFromTheLog()
    {
        var one = await WriteAsync(Put("a", 0, "1"));
        var two = await WriteAsync(Delete("a", one.Revision));
        await ReopenAsync();

        var changes = await FollowAsync(one.Revision, 1);

        Assert.Equal((two.Revision, one.Revision), (changes[0].Revision, changes[0].PreviousRevision));
        Assert.Null(changes[0].Document);
    }

    [ContractFact]
    public async Task Changes_Cancelled_End()
    {
        using var source = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in Store.ChangesAsync(0, source.Token))
            {
            }
        });

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
