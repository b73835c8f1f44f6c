using System.Globalization;
using Grainhouse.Interfaces.Storage;
using Orleans;
using Orleans.Runtime;

namespace Grainhouse.Storage.Grains;

/// <summary>Orleans' reminders in the object store. Key: <c>_reminders/hash/grainId/name</c>; the etag is the revision.</summary>
/// <remarks>The hash, as eight hexadecimal digits, comes first, so that a silo's range of the ring is a range of keys.</remarks>
public sealed class ObjectStoreReminderTable(IObjectStore store) : IReminderTable
{
    private const string Prefix = "_reminders/";
    private const int PageItems = 1_000;

    /// <inheritdoc/>
    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        await store.ReadAsync(Key(grainId, reminderName)) is { } found ? Entry(found) : null;

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        var entries = new List<ReminderEntry>();
        await foreach (var document in ScanAsync($"{Prefix}{Hash(grainId)}/{grainId}/", ""))
        {
            // Behind the prefix of 'a/b' lies also what belongs to a grain 'a/b/c' of the same hash.
            var entry = Entry(document);
            if (entry.GrainId == grainId)
            {
                entries.Add(entry);
            }
        }

        return new ReminderTableData(entries);
    }

    /// <inheritdoc/>
    /// <remarks>The range is open at its begin and closed at its end; it wraps when the begin is not below the end, and is everything when both are equal.</remarks>
    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        var entries = new List<ReminderEntry>();

        // '0' is the character behind the slash: every key of the hash 'begin' itself lies before it.
        await AddAsync($"{Prefix}{begin:x8}0", begin < end ? end : uint.MaxValue, entries);
        if (begin >= end)
        {
            await AddAsync("", end, entries);
        }

        return new ReminderTableData(entries);
    }

    /// <inheritdoc/>
    /// <remarks>The last writer wins, as Orleans asks: whatever revision is there is replaced.</remarks>
    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var key = Key(entry.GrainId, entry.ReminderName);
        var expected = (await store.ReadAsync(key))?.Revision ?? 0;
        while (true)
        {
            var outcome = await CommitAsync(new StoreWrite(key, expected, ReminderDocument.Write(entry)));
            if (outcome.Committed)
            {
                return ETag(outcome.Revision);
            }

            expected = outcome.Revision;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        long.TryParse(eTag, CultureInfo.InvariantCulture, out var revision)
        && (await CommitAsync(StoreWrite.Deletion(Key(grainId, reminderName), revision))).Committed;

    /// <inheritdoc/>
    public async Task TestOnlyClearTable()
    {
        var page = await store.ScanAsync(Prefix);
        await store.CommitAsync([.. page.Items.Select(item => StoreWrite.Deletion(item.Key, item.Revision))]);
    }

    // The name is escaped, so that its last slash ends the grain's id whatever characters the id has.
    private static string Key(GrainId grainId, string name) => $"{Prefix}{Hash(grainId)}/{grainId}/{Uri.EscapeDataString(name)}";

    private static string Hash(GrainId grainId) => grainId.GetUniformHashCode().ToString("x8", CultureInfo.InvariantCulture);

    private static string ETag(long revision) => revision.ToString(CultureInfo.InvariantCulture);

    private static ReminderEntry Entry(StoredDocument document) => ReminderDocument.Read(document.Document, ETag(document.Revision));

    private async Task<WriteOutcome> CommitAsync(StoreWrite write) => (await store.CommitAsync([write]))[0];

    private async Task AddAsync(string after, uint end, List<ReminderEntry> entries)
    {
        await foreach (var document in ScanAsync(Prefix, after))
        {
            var entry = Entry(document);
            if (entry.GrainId.GetUniformHashCode() > end)
            {
                return;
            }

            entries.Add(entry);
        }
    }

    private async IAsyncEnumerable<StoredDocument> ScanAsync(string prefix, string after)
    {
        ScanPage? page = null;
        do
        {
            page = await store.ScanAsync(prefix, page?.Revision, page?.Items[^1].Key ?? after, PageItems);
            foreach (var item in page.Items)
            {
                yield return item;
            }
        }
        while (page.More);
    }
}
