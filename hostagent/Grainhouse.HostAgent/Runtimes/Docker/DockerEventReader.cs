using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Something that happened to one of the engine's objects.</summary>
/// <param name="Action">What: <c>start</c>, <c>die</c>.</param>
/// <param name="Actor">To which object.</param>
/// <param name="TimeNano">When, in nanoseconds since 1970.</param>
internal sealed record DockerEvent(string Action, DockerEventActor Actor, long TimeNano);

/// <summary>The object that an event is about.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Attributes">Its labels among others.</param>
internal sealed record DockerEventActor(string Id, Dictionary<string, string> Attributes);

/// <summary>Reads the engine's event stream: JSON objects, one a line.</summary>
/// <remarks>
/// The client library's own reader fills a buffer of characters before it looks at what is in it: of two events that come
/// together it may hold the second back until a third one comes, be that an hour later.
/// </remarks>
internal static class DockerEventReader
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNameCaseInsensitive = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The events until the stream ends, each as soon as its line is there.</summary>
    /// <exception cref="JsonException">A line is not an event.</exception>
    public static async IAsyncEnumerable<DockerEvent> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                yield return EventOf(rest.Slice(0, end));
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                yield break;
            }
        }
    }

    private static DockerEvent EventOf(ReadOnlySequence<byte> line)
    {
        var json = new Utf8JsonReader(line);
        return JsonSerializer.Deserialize<DockerEvent>(ref json, Json) ?? throw new JsonException("An event is null.");
    }
}
