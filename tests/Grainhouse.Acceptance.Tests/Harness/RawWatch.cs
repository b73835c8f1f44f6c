using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>One event of a watch.</summary>
internal sealed record WatchEvent(string Type, JsonElement Object)
{
    public string Name => Object.GetProperty("metadata").GetProperty("name").GetString()!;

    public long Revision => long.Parse(Object.GetProperty("metadata").GetProperty("resourceVersion").GetString()!);

    public string Uid => Object.GetProperty("metadata").GetProperty("uid").GetString()!;
}

/// <summary>An open watch: lines of JSON.</summary>
internal sealed class RawWatch(HttpResponseMessage response, Stream stream) : IDisposable
{
    private readonly StreamReader reader = new(stream);

    public int StatusCode => (int)response.StatusCode;

    /// <summary>The events until the server ends the watch or the token is cancelled.</summary>
    public async IAsyncEnumerable<WatchEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await NextLineAsync(cancellationToken) is { } line)
        {
            var root = JsonDocument.Parse(line).RootElement;
            yield return new WatchEvent(root.GetProperty("type").GetString()!, root.GetProperty("object"));
        }
    }

    public Task<string> ReadToEndAsync(CancellationToken cancellationToken) => reader.ReadToEndAsync(cancellationToken);

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }

    private async Task<string?> NextLineAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
