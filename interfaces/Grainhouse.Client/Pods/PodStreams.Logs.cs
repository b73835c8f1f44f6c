using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Grainhouse.Client.Connections;
using Grainhouse.Client.Resources;

namespace Grainhouse.Client;

/// <content>Logs.</content>
public sealed partial class PodStreams
{
    /// <summary>Reads a log line by line: to its end, or when following until the container ends or the reader stops.</summary>
    /// <param name="settings">Which lines; null for all that are there, of the only container.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<LogLine> LogAsync(LogSettings? settings = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var asked = settings ?? new LogSettings();
        await using var log = await OpenLogAsync(asked, cancellationToken);
        var reader = PipeReader.Create(log, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return Line(buffer.Slice(0, end), asked.Timestamps);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (!buffer.IsEmpty)
                {
                    yield return Line(buffer, asked.Timestamps);
                }

                yield break;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Opens a log as the bytes that it is. Dispose the stream to stop.</summary>
    /// <param name="settings">Which bytes; null for all that are there, of the only container.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    public async Task<Stream> OpenLogAsync(LogSettings? settings = null, CancellationToken cancellationToken = default)
    {
        var asked = settings ?? new LogSettings();
        var query = new QueryText().Add("container", asked.Container).Add("follow", asked.Follow).Add("previous", asked.Previous)
            .Add("timestamps", asked.Timestamps).Add("tailLines", asked.Tail).Add("limitBytes", asked.LimitBytes)
            .Add("sinceTime", asked.Since?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
        var response = await transport.OpenAsync(new Operation("log", Kind), $"{path}/log{query}", cancellationToken);

        // The stream owns the connection's part that it is read from; the response has nothing else to give back.
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    private static LogLine Line(ReadOnlySequence<byte> bytes, bool timestamped)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (!timestamped)
        {
            return new LogLine(null, text);
        }

        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var word = space < 0 ? text : text[..space];
        return DateTimeOffset.TryParse(word, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new LogLine(time, space < 0 ? "" : text[(space + 1)..])
            : new LogLine(null, text);
    }
}
