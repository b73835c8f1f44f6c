using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Client.Resources;

namespace Grainhouse.Client.Watching;

/// <summary>One answer to a watch, read event by event.</summary>
/// <param name="response">The answer.</param>
/// <param name="body">Its body.</param>
/// <param name="codec">Reads its objects.</param>
/// <param name="longestSilence">How long the server may say nothing. After that it counts as gone.</param>
/// <param name="time">The clock.</param>
internal sealed class WatchAnswer<T>(HttpResponseMessage response, Stream body, ObjectCodec<T> codec, TimeSpan longestSilence, TimeProvider time) : IAsyncDisposable
{
    private readonly PipeReader reader = PipeReader.Create(body);

    /// <summary>The next event; null when the server has ended the watch.</summary>
    /// <exception cref="ApiException">The server ended it with an ERROR.</exception>
    /// <exception cref="TimeoutException">The server says nothing any more.</exception>
    public async ValueTask<WatchChange<T>?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var pending = reader.ReadAsync(cancellationToken);
            var read = pending.IsCompleted ? await pending : await pending.AsTask().WaitAsync(longestSilence, time, cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, end).ToArray();
                reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return Parse(line);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // First the connection: a read that still waits must end before its reader does.
        response.Dispose();
        await body.DisposeAsync();
        await reader.CompleteAsync();
    }

    private WatchChange<T> Parse(byte[] line)
    {
        var type = "";
        var item = default(ReadOnlyMemory<byte>);
        var json = new Utf8JsonReader(line);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isType = json.ValueTextEquals("type"u8);
            var isObject = json.ValueTextEquals("object"u8);
            json.Read();
            if (isType)
            {
                type = json.GetString();
                continue;
            }

            var start = (int)json.TokenStartIndex;
            json.Skip();
            if (isObject)
            {
                item = line.AsMemory(start..(int)json.BytesConsumed);
            }
        }

        return type switch
        {
            "ADDED" => Event(WatchChangeType.Added, item),
            "MODIFIED" => Event(WatchChangeType.Modified, item),
            "DELETED" => Event(WatchChangeType.Deleted, item),
            "BOOKMARK" => Event(WatchChangeType.Bookmark, item),
            _ => throw Error(item),
        };
    }

    private WatchChange<T> Event(WatchChangeType type, ReadOnlyMemory<byte> json)
    {
        var item = codec.Read(json);
        return new WatchChange<T>(type, item, codec.RevisionOf(item));
    }

    private static ApiException Error(ReadOnlyMemory<byte> json)
    {
        var status = JsonNode.Parse(json.Span)!.AsObject();
        return ApiException.From((int?)status["code"] ?? 500, status, null);
    }
}
