using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Client.Connections;

namespace Grainhouse.Client;

/// <summary>A process in a pod that is talked to. Dispose it: a command that still runs is ended, a process that was attached to is left alone.</summary>
/// <remarks>Read both outputs, or ask for one only: when some 64 KiB of one wait for their reader, the other and the end wait too.</remarks>
public sealed class PodCommand : IAsyncDisposable
{
    /// <summary>Of the remotecommand protocol: input, outputs, the end, the terminal's size.</summary>
    internal const int Channels = 5;

    private const int Output = 1;
    private const int Error = 2;
    private const int End = 3;
    private const int Size = 4;

    private readonly ChannelConnection connection;
    private readonly Task<int> ended;

    internal PodCommand(ChannelConnection connection, bool hasInput, bool canEndInput)
    {
        this.connection = connection;
        CanEndInput = hasInput && canEndInput;
        Stdin = hasInput ? new CommandInput(connection, canEndInput) : Stream.Null;
        Stdout = connection.Reader(Output).AsStream();
        Stderr = connection.Reader(Error).AsStream();
        ended = ReadEndAsync();
    }

    /// <summary>
    /// The input; nothing where none was asked for. To write is asynchronous, and done when the connection has taken the bytes. To
    /// dispose it ends the input, where the server has a word for that (<see cref="CanEndInput"/>).
    /// </summary>
    public Stream Stdin { get; }

    /// <summary>Whether the end of the input can be said: Kubernetes knows it since 1.30.</summary>
    public bool CanEndInput { get; }

    /// <summary>The output, to its end; with a terminal all that is said.</summary>
    public Stream Stdout { get; }

    /// <summary>The errors, to their end.</summary>
    public Stream Stderr { get; }

    /// <summary>Tells the terminal's size, in characters, at the start and whenever it changes.</summary>
    /// <exception cref="IOException">The connection has ended.</exception>
    public async Task ResizeAsync(int width, int height, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        await connection.SendAsync(Size, Encoding.UTF8.GetBytes(new JsonObject { ["Width"] = width, ["Height"] = height }.ToJsonString()), cancellationToken);
    }

    /// <summary>Waits for the end, and tells the exit code: 0 for success, 128 + n for signal n.</summary>
    /// <exception cref="ApiException">Something around the process failed.</exception>
    /// <exception cref="IOException">The connection was lost: how it ended, and whether, is not known.</exception>
    public Task<int> WaitAsync(CancellationToken cancellationToken = default) => ended.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await ((Task)ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<int> ReadEndAsync()
    {
        using var words = new MemoryStream();
        await connection.Reader(End).CopyToAsync(words);
        return words.Length == 0
            ? throw new IOException("The connection ended, and did not tell how the process did.")
            : Read(words.ToArray());
    }

    // A v1 Status, mostly without its kind: remotecommand writes no more of it.
    private static int Read(byte[] words)
    {
        JsonObject? status;
        try
        {
            status = JsonNode.Parse(words) as JsonObject;
        }
        catch (JsonException)
        {
            status = null;
        }

        return status switch
        {
            null => throw ApiException.From(500, words, null),
            _ when (string?)status["status"] == "Success" => 0,
            _ when (string?)status["reason"] == "NonZeroExitCode" && ExitCode(status) is { } code => code,
            _ => throw ApiException.From((int?)status["code"] ?? 500, status, null),
        };
    }

    private static int? ExitCode(JsonObject status)
    {
        var cause = (status["details"]?["causes"] as JsonArray)?.FirstOrDefault(static cause => (string?)cause?["reason"] == "ExitCode");
        return int.TryParse((string?)cause?["message"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) ? code : null;
    }
}
