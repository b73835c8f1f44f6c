using System.Collections.Immutable;
using System.Text;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Tests.Contract;

/// <summary>What every <see cref="IObjectStore"/> promises. A store's test class inherits it and says which.</summary>
public abstract partial class ObjectStoreContract<TStore> : IAsyncLifetime
    where TStore : TestStore, new()
{
    private readonly TStore host = new();

    protected IObjectStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await host.OpenAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    protected async Task ReopenAsync() => Store = await host.OpenAsync();

    protected static StoreWrite Put(string key, long expected, string document) => new(key, expected, Encoding.UTF8.GetBytes(document));

    protected static StoreWrite Delete(string key, long expected) => StoreWrite.Deletion(key, expected);

    protected async Task<WriteOutcome> WriteAsync(StoreWrite write) => (await Store.CommitAsync([write]))[0];

    protected async Task<string?> TextAsync(string key) => await Store.ReadAsync(key) is { } found ? Text(found.Document) : null;

    protected static string Text(ReadOnlyMemory<byte> document) => Encoding.UTF8.GetString(document.Span);

    protected async Task<List<StoreChange>> FollowAsync(long after, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var changes = new List<StoreChange>();
        await foreach (var batch in Store.ChangesAsync(after, limit.Token))
        {
            changes.AddRange(batch);
            if (changes.Count >= count)
            {
                break;
            }
        }

        return changes;
    }

    protected async Task<string> ScanTextAsync(string prefix, long? at = null, int limit = 0)
    {
        var items = new List<string>();
        ScanPage? page = null;
        do
        {
            page = await Store.ScanAsync(prefix, page?.Revision ?? at, page?.Items[^1].Key, limit);
            items.AddRange(page.Items.Select(item => $"{item.Key}={Text(item.Document)}@{item.Revision}"));
        }
        while (page.More);

        return string.Join(' ', items);
    }
}
