using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;

namespace Grainhouse.Acceptance.Tests.Crashes;

/// <summary>Clients that create and update ConfigMaps without pause, and remember what was acknowledged.</summary>
/// <remarks>Each document says twice the same number, so that half of one can be told from a whole one.</remarks>
internal sealed class Writers(ApiClient api, string @namespace, int count)
{
    private static readonly string Padding = new('x', 2000);
    private readonly ConcurrentDictionary<string, int> acknowledged = new();
    private readonly ConcurrentBag<string> refused = [];

    public int Acknowledged => acknowledged.Count;

    /// <summary>What the server refused for reasons other than being away; must stay empty.</summary>
    public IReadOnlyCollection<string> Refused => refused;

    /// <summary>Writes until cancelled.</summary>
    public Task RunAsync(int round, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(writer => WriteAsync(round, writer, cancellationToken)));

    /// <summary>Compares what is stored with what was acknowledged; returns what is wrong.</summary>
    public async Task<string[]> CheckAsync()
    {
        var list = (await api.GetAsync($"/api/v1/namespaces/{@namespace}/configmaps")).Ok().Json;
        var stored = new Dictionary<string, int>(StringComparer.Ordinal);
        List<string> wrong = [];
        foreach (var item in list.GetProperty("items").EnumerateArray())
        {
            var name = item.GetProperty("metadata").GetProperty("name").GetString()!;
            if (!name.StartsWith('w'))
            {
                continue;
            }

            var data = item.GetProperty("data");
            if (data.GetProperty("a").GetString() != data.GetProperty("b").GetString() || data.GetProperty("pad").GetString() != Padding)
            {
                wrong.Add($"{name} is half written: {item}");
            }

            stored[name] = int.Parse(data.GetProperty("a").GetString()!);
        }

        // A write that was in flight at the kill may be there or not; what was acknowledged must be, or something newer.
        wrong.AddRange(acknowledged
            .Where(write => !stored.TryGetValue(write.Key, out var value) || value < write.Value)
            .Select(write => $"{write.Key} = {write.Value} was acknowledged and is lost"));
        return [.. wrong];
    }

    private async Task WriteAsync(int round, int writer, CancellationToken cancellationToken)
    {
        for (var number = 1; !cancellationToken.IsCancellationRequested; number++)
        {
            var name = $"w{round}-{writer}-{number / 3}";
            var create = number % 3 == 0 || number < 3 && number == 1;
            await OneAsync(name, number, create, cancellationToken);
        }
    }

    private async Task OneAsync(string name, int value, bool create, CancellationToken cancellationToken)
    {
        var collection = $"/api/v1/namespaces/{@namespace}/configmaps";
        var body = JsonSerializer.Serialize(new
        {
            apiVersion = "v1",
            kind = "ConfigMap",
            metadata = new { name },
            data = new { a = $"{value}", pad = Padding, b = $"{value}" },
        });
        try
        {
            var answer = create
                ? await api.PostAsync(collection, body, cancellationToken)
                : await api.SendAsync(HttpMethod.Put, $"{collection}/{name}", body, cancellationToken: cancellationToken);
            if (answer.IsSuccess)
            {
                acknowledged[name] = value;
            }
            else if (answer.StatusCode is not (503 or 504 or 429))
            {
                refused.Add($"{(create ? "POST" : "PUT")} {name}: {answer}");
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            // The server died under the request: the outcome is unknown.
        }
    }
}
