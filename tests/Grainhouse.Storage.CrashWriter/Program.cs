using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage;

// Writes to a store until it is killed, and prints each write once it was acknowledged: "key revision value".
// The test that kills it then looks for every line. Two keys of one batch carry the same value, so that half a batch shows.
var options = new StorageOptions { Path = args[0], HistoryMinRevisions = 5_000, HistoryMinAge = TimeSpan.Zero };
await using var store = new SqliteObjectStore(options);
await store.OpenAsync();

await Task.WhenAll(Enumerable.Range(0, int.Parse(args[1], CultureInfo.InvariantCulture)).Select(WriteAsync));

async Task WriteAsync(int writer)
{
    var random = new Random(writer);
    for (var round = 0; ; round++)
    {
        var name = $"pods/w{writer:d2}/{random.Next(200)}";
        ImmutableArray<string> keys = [$"{name}-a", $"{name}-b"];
        var value = Encoding.UTF8.GetBytes($"{writer}.{round}." + new string('x', random.Next(800)));
        var writes = new List<StoreWrite>();
        foreach (var key in keys)
        {
            writes.Add(new StoreWrite(key, (await store.ReadAsync(key))?.Revision ?? 0, value));
        }

        var outcomes = await store.CommitAsync([.. writes]);
        await Console.Out.WriteLineAsync($"{keys[0]} {outcomes[0].Revision} {outcomes[1].Revision} {value.Length} .");
    }
}
