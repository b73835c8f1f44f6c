using System.Buffers;
using System.Text.Json;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Streams.Commands;

/// <summary>What a client says to a process.</summary>
/// <param name="Input">Bytes for its input, valid until the next is read.</param>
/// <param name="IsEnd">Whether the input has ended.</param>
/// <param name="Size">The size of the client's terminal; null if this is not about it.</param>
internal readonly record struct ClientWord(ReadOnlyMemory<byte> Input, bool IsEnd = false, TerminalSize? Size = null);

/// <summary>Which of a process's outputs.</summary>
internal enum OutputChannel
{
    /// <summary>Its stdout, and with a terminal all that it says.</summary>
    Stdout = 1,

    /// <summary>Its stderr.</summary>
    Stderr = 2,
}

/// <summary>A client that talks to a process, by whichever protocol.</summary>
internal interface ICommandClient : IAsyncDisposable
{
    /// <summary>What it says next; null once it has left. One caller at a time.</summary>
    /// <exception cref="IOException">It left without a word, or broke the protocol.</exception>
    ValueTask<ClientWord?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Shows output; returns when the connection has taken it.</summary>
    /// <exception cref="IOException">The client has left.</exception>
    ValueTask WriteAsync(OutputChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Tells how it ended, and that nothing more will come.</summary>
    /// <exception cref="IOException">The client has left.</exception>
    ValueTask FinishAsync(CommandEnd end, CancellationToken cancellationToken);
}

/// <summary>A client that asks from within the process, and has no connection to leave HTTP on.</summary>
internal interface IInnerCommand
{
    /// <summary>Tells it that its process is there.</summary>
    Task<ICommandClient> BeginAsync();
}

/// <summary>How a command ended.</summary>
/// <param name="Status">The failure; null for success.</param>
/// <param name="ExitCode">The process's own word; null if it had none.</param>
internal sealed record CommandEnd(ApiStatus? Status, int? ExitCode = null)
{
    /// <summary>The cause that carries an exit code (remotecommand's ExitCodeCauseType).</summary>
    private const string ExitCodeCause = "ExitCode";

    /// <summary>By its exit code.</summary>
    public static CommandEnd Exited(int code) => new(
        code == 0
            ? null
            : new ApiStatus(0, "NonZeroExitCode", $"command terminated with non-zero exit code: {code}") { Causes = [new StatusCause(ExitCodeCause, code.ToString(), "")] },
        code);

    /// <summary>By something that went wrong around it.</summary>
    public static CommandEnd Broken(string why) => new(new ApiStatus(500, "InternalError", $"Internal error occurred: {why}"));

    /// <summary>What goes into the error channel: a Status document from version 4 of the protocol on; before it, words where something failed.</summary>
    public ReadOnlyMemory<byte> ForVersion(int version)
    {
        if (version < 4)
        {
            return System.Text.Encoding.UTF8.GetBytes(Status?.Message ?? "");
        }

        var buffer = new ArrayBufferWriter<byte>();
        if (Status is null)
        {
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartObject();
            json.WriteStartObject("metadata"u8);
            json.WriteEndObject();
            json.WriteString("status"u8, "Success"u8);
            json.WriteEndObject();
        }
        else
        {
            StatusDocument.WriteFailure(buffer, Status);
        }

        return buffer.WrittenMemory;
    }
}
