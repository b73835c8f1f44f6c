using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Grainhouse.Acceptance.Tests.Watches;

/// <summary>A change, as a watch shows it or as its writer was told of it.</summary>
internal sealed record Change(long Revision, string Type, string Name);

/// <summary>Clients that create, update, patch and delete, a fixed number of writes in all, each acknowledged.</summary>
internal sealed class MixedWriters(ApiClient api, string path, int clients, int writes)
{
    /// <summary>The object that is written last: a watch that has shown it has shown all.</summary>
    public const string Sentinel = "sentinel";

    private readonly ConcurrentBag<Change> changes = [];
    private readonly ConcurrentBag<string> deletions = [];
    private readonly string run = $"{Guid.NewGuid():n}"[..6];
    private int started;
    private long halfway;

    /// <summary>The writes whose answer named a revision: all but deletions, which are answered with a Status.</summary>
    public IReadOnlyCollection<Change> Changes => changes;

    /// <summary>The names of what was deleted.</summary>
    public IReadOnlyCollection<string> Deletions => deletions;

    /// <summary>The revision of a write about half-way.</summary>
    public long Halfway => halfway;

    public TimeSpan Elapsed { get; private set; }

    /// <summary>Makes all writes, and then the sentinel.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => WriteAsync(client, cancellationToken)));
        Elapsed = watch.Elapsed;
        (await api.PostAsync(path, Document(Sentinel, 0), cancellationToken)).Ok();
    }

    private async Task WriteAsync(int client, CancellationToken cancellationToken)
    {
        // Each object lives for four writes: create, replace, patch, delete.
        for (var number = 0; ; number++)
        {
            var write = Interlocked.Increment(ref started);
            if (write > writes)
            {
                return;
            }

            var name = $"c-{run}-{client}-{number / 4}";
            if (number % 4 == 3)
            {
                (await api.SendAsync(HttpMethod.Delete, $"{path}/{name}", cancellationToken: cancellationToken)).Ok();
                deletions.Add(name);
                continue;
            }

            var answer = (await SendAsync(number, name, cancellationToken)).Ok();
            var revision = long.Parse(answer.Json.GetProperty("metadata").GetProperty("resourceVersion").GetString()!);
            changes.Add(new Change(revision, number % 4 == 0 ? "ADDED" : "MODIFIED", name));
            if (write >= writes / 2)
            {
                Interlocked.CompareExchange(ref halfway, revision, 0);
            }
        }
    }

    private Task<ApiAnswer> SendAsync(int number, string name, CancellationToken cancellationToken) => (number % 4) switch
    {
        0 => api.PostAsync(path, Document(name, number), cancellationToken),
        1 => api.SendAsync(HttpMethod.Put, $"{path}/{name}", Document(name, number), cancellationToken: cancellationToken),
        _ => api.SendAsync(HttpMethod.Patch, $"{path}/{name}", $$$"""{"data":{"n":"{{{number}}}"}}""", "application/merge-patch+json", cancellationToken),
    };

    private static string Document(string name, int number) => JsonSerializer.Serialize(new
    {
        apiVersion = "v1",
        kind = "ConfigMap",
        metadata = new { name },
        data = new { n = $"{number}" },
    });
}
