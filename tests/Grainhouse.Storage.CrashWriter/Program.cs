using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage;
using Microsoft.Extensions.DependencyInjection;

// Writes to a store until it is killed, and prints each write once it was acknowledged: "key revision value".
// The test that kills it then looks for every line. Two keys of one batch carry the same value, so that half a batch shows.
// Arguments: "sqlite" and a file, or "postgres" and a connection string; the number of writers.
await using var services = new ServiceCollection()
    .AddStorage(new StorageOptions
    {
        Path = args[0] == "sqlite" ? args[1] : "",
        Database = args[0] == "postgres" ? args[1] : null,
        HistoryMinRevisions = 5_000,
        HistoryMinAge = TimeSpan.Zero,
    })
    .AddLogging()
    .BuildServiceProvider();
await services.GetRequiredService<IStorageStartup>().StartAsync();
var store = services.GetRequiredService<IObjectStore>();

await Task.WhenAll(Enumerable.Range(0, int.Parse(args[2], CultureInfo.InvariantCulture)).Select(WriteAsync));

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
