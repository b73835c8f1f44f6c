using System.Threading.Channels;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>A container's own process, talked to: what it says from now on, and its input if it has one.</summary>
/// <param name="watch">Tells when there is more.</param>
/// <param name="id">The container.</param>
/// <param name="tail">Its output; both of its streams in one, as they are in its log.</param>
/// <param name="input">Its input; null if there is none, or none is wanted.</param>
/// <param name="endsInput">Whether its input ends with this one's.</param>
/// <param name="states">What becomes of it.</param>
/// <param name="wanted">The streams that are listened to.</param>
internal sealed class Attachment(
    RunWatch watch, string id, OutputTail tail, Stream? input, bool endsInput, ProcessStates states, ProcessStreams wanted) : ITalkingProcess
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>How often it looks for itself, should an event have been lost.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> news = watch.Listen(id);
    private volatile bool left;

    /// <inheritdoc/>
    public async Task<int> ListenAsync(ProcessOutput output, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        var over = false;
        while (true)
        {
            var leaves = left;
            var count = await tail.ReadAsync(buffer, cancellationToken);
            if (count > 0 && wanted.Stdout)
            {
                await output(false, buffer.AsMemory(0, count), cancellationToken);
            }

            // An end that was seen has all output behind it.
            if (leaves || (over && count == 0))
            {
                return 0;
            }

            over = over || (count == 0 && states.IsOver(id));
            if (count == 0 && !over)
            {
                await NewsAsync(cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await (input?.WriteAsync(data, cancellationToken) ?? ValueTask.CompletedTask);
        }
        catch (ObjectDisposedException)
        {
            // Its input was ended before.
        }
    }

    /// <inheritdoc/>
    /// <remarks>As in Docker and the kubelet: where the container's input stays open, who ends his own leaves.</remarks>
    public async ValueTask EndInputAsync(CancellationToken cancellationToken)
    {
        if (input is null)
        {
            return;
        }

        await input.DisposeAsync();
        if (!endsInput)
        {
            left = true;
            news.Writer.TryWrite(true);
        }
    }

    /// <inheritdoc/>
    public Task ResizeAsync(int width, int height, CancellationToken cancellationToken)
    {
        if (states.Read(id) is { ProcessId: > 0 and var process } && ProcessTable.TerminalOf(process) is { } terminal)
        {
            Terminal.Resize(terminal, width, height);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        watch.StopListening(news);
        tail.Dispose();
        if (input is not null)
        {
            await input.DisposeAsync();
        }
    }

    private async Task NewsAsync(CancellationToken cancellationToken)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        round.CancelAfter(LookAgain);
        try
        {
            await news.Reader.ReadAsync(round.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It looks for itself.
        }
    }
}
