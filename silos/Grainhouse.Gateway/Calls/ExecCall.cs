using Google.Protobuf;
using Grainhouse.Gateway.Streams.Commands;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Api;
using Grainhouse.Interfaces.Objects;
using Grpc.Core;
using ExecRequest = Grainhouse.Interfaces.Api.ExecRequest;

namespace Grainhouse.Gateway.Calls;

/// <summary>A client of exec by gRPC.</summary>
internal sealed class ExecCall(IAsyncStreamReader<ExecRequest> requests, IServerStreamWriter<ExecResponse> responses, ServerCallContext context)
    : IInnerCommand, ICommandClient
{
    /// <summary>How long a client may take to say what it wants, which is also when it is asked who it is: as long as SPDY clients may.</summary>
    public static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource ended = new();
    private bool isInputOver;

    /// <summary>How the command ended; null if that was not learnt.</summary>
    public CommandEnd? End { get; private set; }

    /// <summary>Reads the message that a call begins with.</summary>
    /// <exception cref="RpcException">It is another one, or there is none.</exception>
    public static async Task<ExecStart> ReadStartAsync(IAsyncStreamReader<ExecRequest> requests, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.MoveNext(cancellationToken).WaitAsync(StartTimeout, time, cancellationToken) && requests.Current.Start is { } start
                ? start
                : throw CallErrors.Refuse(ApiStatus.BadRequest("the first message must be a start"));
        }
        catch (TimeoutException)
        {
            throw CallErrors.Refuse(new ApiStatus(504, "Timeout", $"Timeout: no start within {StartTimeout.TotalSeconds} s"));
        }
    }

    /// <inheritdoc/>
    public async Task<ICommandClient> BeginAsync()
    {
        await context.WriteResponseHeadersAsync([]);
        return this;
    }

    /// <inheritdoc/>
    public async ValueTask<ClientWord?> ReadAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended.Token);
        try
        {
            while (true)
            {
                if (!await MoveAsync(either.Token))
                {
                    isInputOver = true;
                    return new ClientWord(default, IsEnd: true);
                }

                switch (requests.Current)
                {
                    case { RequestCase: ExecRequest.RequestOneofCase.Stdin, Stdin: { IsEmpty: false } bytes }:
                        return new ClientWord(bytes.Memory);
                    case { RequestCase: ExecRequest.RequestOneofCase.CloseStdin }:
                        return new ClientWord(default, IsEnd: true);
                    case { Resize: { } size }:
                        return new ClientWord(default, Size: SizeOf(size));
                    case { Start: not null }:
                        throw Broken("only the first message may be a start");
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // It has been told how its command ended, and has nothing to say that could still matter.
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(OutputChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var bytes = UnsafeByteOperations.UnsafeWrap(data);
        await WriteAsync(channel == OutputChannel.Stdout ? new ExecResponse { Stdout = bytes } : new ExecResponse { Stderr = bytes }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask FinishAsync(CommandEnd end, CancellationToken cancellationToken)
    {
        if (end.ExitCode is { } code)
        {
            await WriteAsync(new ExecResponse { Exit = new ExecExit { Code = code } }, cancellationToken);
        }

        End = end;
        await ended.CancelAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        ended.Dispose();
        return ValueTask.CompletedTask;
    }

    // After its last message a client stays, to see what its command says.
    private async Task<bool> MoveAsync(CancellationToken cancellationToken)
    {
        if (isInputOver)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return await TryAsync(() => requests.MoveNext(cancellationToken), cancellationToken);
    }

    private async Task WriteAsync(ExecResponse response, CancellationToken cancellationToken) => await TryAsync(
        async () =>
        {
            await responses.WriteAsync(response, cancellationToken);
            return true;
        },
        cancellationToken);

    private static async Task<T> TryAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken)
    {
        try
        {
            return await act();
        }
        catch (Exception lost) when (lost is RpcException or InvalidOperationException && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException(lost.Message, lost);
        }
    }

    private TerminalSize SizeOf(ExecTerminalSize size) => size is { Width: <= ushort.MaxValue, Height: <= ushort.MaxValue }
        ? new TerminalSize { Width = size.Width, Height = size.Height }
        : throw Broken($"a terminal of {size.Width} by {size.Height} characters: at most {ushort.MaxValue} each");

    private IOException Broken(string why)
    {
        End = new CommandEnd(ApiStatus.BadRequest(why));
        return new IOException(why);
    }
}
