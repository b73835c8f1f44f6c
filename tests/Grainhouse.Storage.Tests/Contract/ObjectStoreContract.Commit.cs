using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Testing.Facts;

namespace Grainhouse.Storage.Tests.Contract;

public abstract partial class ObjectStoreContract<TStore>
{
    [ContractFact]
    public async Task Commit_NewKey_GetsARevisionAndIsRead()
    {
        var outcome = await WriteAsync(Put("pods/a/x", 0, "one"));

        Assert.True(outcome.Committed);
        var found = await Store.ReadAsync("pods/a/x");
        Assert.Equal(outcome.Revision, found!.Revision);
        Assert.Equal("one", Text(found.Document));
        Assert.Equal(outcome.Revision, await Store.ReadRevisionAsync());
    }

    [ContractFact]
    public async Task Commit_StaleExpectation_FailsAloneAndTellsTheCurrentRevision()
    {
        var first = await WriteAsync(Put("a", 0, "1"));

        var outcomes = await Store.CommitAsync([Put("a", first.Revision + 7, "2"), Put("a", 0, "3"), Put("b", 0, "4"), Put("c", 5, "5")]);

        Assert.Equal([new WriteOutcome(false, first.Revision), new WriteOutcome(false, first.Revision)], outcomes.Take(2));
        Assert.True(outcomes[2].Committed);
        Assert.Equal(new WriteOutcome(false, 0), outcomes[3]);
        Assert.Equal("1", await TextAsync("a"));
        Assert.Equal("4", await TextAsync("b"));
        Assert.Null(await TextAsync("c"));
    }

    [ContractFact]
    public async Task Commit_TwoWritesOfOneKeyInABatch_AreAppliedInOrder()
    {
        var revision = await Store.ReadRevisionAsync();

        var outcomes = await Store.CommitAsync([Put("a", 0, "1"), Put("a", revision + 1, "2"), Put("a", revision + 1, "3")]);

        Assert.Equal([true, true, false], outcomes.Select(outcome => outcome.Committed));
        Assert.Equal(outcomes[1].Revision, outcomes[2].Revision);
        Assert.Equal("2", await TextAsync("a"));
    }

    [ContractFact]
    public async Task Commit_Deletion_RemovesTheKeyUntilItIsMadeAgain()
    {
        var made = await WriteAsync(Put("a", 0, "1"));
        var deleted = await WriteAsync(Delete("a", made.Revision));

        Assert.True(deleted.Committed);
        Assert.True(deleted.Revision > made.Revision);
        Assert.Null(await Store.ReadAsync("a"));
        Assert.Equal(new WriteOutcome(false, 0), await WriteAsync(Put("a", made.Revision, "2")));
        Assert.Equal(new WriteOutcome(false, 0), await WriteAsync(Delete("a", 0)));
        Assert.True((await WriteAsync(Put("a", 0, "3"))).Revision > deleted.Revision);
    }

    [ContractFact]
    public async Task Commit_EmptyBatch_DoesNothing() => Assert.Empty(await Store.CommitAsync([]));

    [ContractFact]
    public async Task Commit_EmptyAndBinaryDocuments_AreKeptAsTheyAre()
    {
        var bytes = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        await Store.CommitAsync([new StoreWrite("_empty", 0, ReadOnlyMemory<byte>.Empty), new StoreWrite("_bytes", 0, bytes)]);

        Assert.Equal(0, (await Store.ReadAsync("_empty"))!.Document.Length);
        Assert.Equal(bytes, (await Store.ReadAsync("_bytes"))!.Document.ToArray());
    }

    [ContractFact]
    public async Task Commit_CancelledWait_LeavesTheStoreWorking()
    {
        using var source = new CancellationTokenSource();
        var wait = Store.CommitAsync([Put("a", 0, "1")], source.Token);
        await source.CancelAsync();

        await Record.ExceptionAsync(() => wait);

        var outcome = await WriteAsync(Put("b", 0, "2"));
        Assert.True(outcome.Committed);
        Assert.Equal("1", await TextAsync("a"));
    }

    [ContractFact]
    public async Task Commit_ConcurrentWritersOfOneKey_OneWinsEachRevision()
    {
        var writers = Enumerable.Range(0, 32).Select(async writer =>
        {
            var wins = 0;
            for (var round = 0; round < 20; round++)
            {
                var current = await Store.ReadAsync("counter");
                var next = current is null ? 1 : int.Parse(Text(current.Document)) + 1;
                wins += (await WriteAsync(Put("counter", current?.Revision ?? 0, next.ToString()))).Committed ? 1 : 0;
            }

            return wins;
        });

        var total = (await Task.WhenAll(writers)).Sum();

        Assert.Equal(total.ToString(), await TextAsync("counter"));
    }

    [ContractFact]
    public async Task Reopen_KeepsDocumentsAndNeverReusesARevision()
    {
        var kept = await WriteAsync(Put("a", 0, "1"));
        var made = await WriteAsync(Put("b", 0, "2"));
        var deleted = await WriteAsync(Delete("b", made.Revision));

        await ReopenAsync();

        Assert.Equal(kept.Revision, (await Store.ReadAsync("a"))!.Revision);
        Assert.Equal(deleted.Revision, await Store.ReadRevisionAsync());
        Assert.True((await WriteAsync(Put("c", 0, "3"))).Revision > deleted.Revision);
    }
}
