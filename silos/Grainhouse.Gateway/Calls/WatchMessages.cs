using System.Buffers;
using System.Text.Json;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Gateway.Calls;

/// <summary>Lines of a watch as messages.</summary>
internal static class WatchMessages
{
    /// <summary>Takes the next whole line from a buffer.</summary>
    public static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, out byte[] line)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
        {
            line = [];
            return false;
        }

        line = buffer.Slice(0, end).ToArray();
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }

    /// <summary>Makes the message of a line, whose memory it shares.</summary>
    /// <exception cref="Grpc.Core.RpcException">The line is an ERROR: the watch ends with it.</exception>
    public static WatchEvent Make(byte[] line, View view)
    {
        // The frame is the gateway's own, JsonEvents: type, then object, and nothing after it.
        var reader = new Utf8JsonReader(line);
        reader.Read();
        reader.Read();
        reader.Read();
        var type = reader.GetString();
        reader.Read();
        reader.Read();
        var document = line.AsMemory((int)reader.TokenStartIndex..^1);
        return type switch
        {
            "ADDED" => Change(WatchEvent.Types.Type.Added, document, view),
            "MODIFIED" => Change(WatchEvent.Types.Type.Modified, document, view),
            "DELETED" => Change(WatchEvent.Types.Type.Deleted, document, view),
            "BOOKMARK" => Bookmark(document),
            _ => throw Error(document),
        };
    }

    private static WatchEvent Change(WatchEvent.Types.Type type, ReadOnlyMemory<byte> document, View view)
    {
        var item = ObjectMessages.Make(document, view);
        return new WatchEvent { Type = type, Object = item, ResourceVersion = item.ResourceVersion };
    }

    private static WatchEvent Bookmark(ReadOnlyMemory<byte> document)
    {
        using var parsed = JsonDocument.Parse(document);
        var metadata = parsed.RootElement.At("metadata");
        return new WatchEvent
        {
            Type = WatchEvent.Types.Type.Bookmark,
            ResourceVersion = metadata.At("resourceVersion").Text(),
            InitialEventsEnd = metadata.At("annotations", "k8s.io/initial-events-end").Text() == "true",
        };
    }

    private static Grpc.Core.RpcException Error(ReadOnlyMemory<byte> document)
    {
        using var parsed = JsonDocument.Parse(document);
        return CallErrors.Read((int)parsed.RootElement.At("code").Number(), document.Span);
    }
}
