using System.Diagnostics;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>A command with a pipe for each of its streams.</summary>
internal sealed class PipedCommand : ITalkingProcess
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>Once the command has ended, a pipe that is silent for so long is held open by something that it left behind.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly ProcessStreams streams;
    private readonly Stream input;

    public PipedCommand(Process process, ProcessStreams streams)
    {
        this.process = process;
        this.streams = streams;
        input = process.StandardInput.BaseStream;
        if (!streams.Stdin)
        {
            input.Dispose();
        }
    }

    /// <inheritdoc/>
    public async Task<int> ListenAsync(ProcessOutput output, CancellationToken cancellationToken)
    {
        var exited = process.WaitForExitAsync(cancellationToken);
        await Task.WhenAll(
            CopyAsync(process.StandardOutput.BaseStream, false, streams.Stdout ? output : null, exited, cancellationToken),
            CopyAsync(process.StandardError.BaseStream, true, streams.Stderr ? output : null, exited, cancellationToken));
        await exited;
        return process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync(data, cancellationToken);
        }
        catch (ObjectDisposedException)
        {
            // Its input was ended before.
        }
    }

    /// <inheritdoc/>
    public ValueTask EndInputAsync(CancellationToken cancellationToken) => input.DisposeAsync();

    /// <inheritdoc/>
    public Task ResizeAsync(int width, int height, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        CommandEnd.Kill(process);
        return ValueTask.CompletedTask;
    }

    private static async Task CopyAsync(Stream stream, bool isError, ProcessOutput? output, Task exited, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var reading = stream.ReadAsync(buffer, silence.Token).AsTask();
            if (await Task.WhenAny(reading, exited) == exited)
            {
                silence.CancelAfter(Grace);
            }

            try
            {
                if (await reading is var count and > 0)
                {
                    await (output?.Invoke(isError, buffer.AsMemory(0, count), cancellationToken) ?? ValueTask.CompletedTask);
                    continue;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // What holds the pipe open is not the command.
            }

            return;
        }
    }
}
