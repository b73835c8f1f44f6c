namespace Grainhouse.Acceptance.Tests.Watches;

/// <summary>What a watch showed, in the order in which it came.</summary>
internal static class WatchLedger
{
    /// <summary>Reads until the sentinel.</summary>
    public static async Task<Change[]> ReadAsync(RawWatch watch, CancellationToken cancellationToken)
    {
        Assert.Equal(200, watch.StatusCode);
        List<Change> changes = [];
        await foreach (var change in watch.EventsAsync(cancellationToken))
        {
            if (change.Type == "BOOKMARK")
            {
                continue;
            }

            if (change.Name == MixedWriters.Sentinel)
            {
                return [.. changes];
            }

            changes.Add(new Change(change.Revision, change.Type, change.Name));
        }

        Assert.Fail($"The watch ended after {changes.Count} events, before the last write was seen.");
        return [];
    }
}
