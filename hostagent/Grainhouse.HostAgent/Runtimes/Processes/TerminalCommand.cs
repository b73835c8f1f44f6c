using System.Diagnostics;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>A command with a terminal.</summary>
internal sealed class TerminalCommand : ITalkingProcess
{
    /// <summary>Ctrl-D: what a terminal takes for the end of input.</summary>
    private static readonly byte[] EndOfInput = [4];

    private readonly Process process;
    private readonly Terminal terminal;

    public TerminalCommand(Process process, Terminal terminal)
    {
        this.process = process;
        this.terminal = terminal;

        // The pipes that it was started with: it has left them for its terminal.
        process.StandardInput.Dispose();
        process.StandardOutput.Dispose();
        process.StandardError.Dispose();
    }

    /// <inheritdoc/>
    public async Task<int> ListenAsync(ProcessOutput output, CancellationToken cancellationToken)
    {
        terminal.BeginReading();
        while (await terminal.ReadAsync(cancellationToken) is { } data)
        {
            await output(false, data, cancellationToken);
        }

        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => terminal.WriteAsync(data, cancellationToken);

    /// <inheritdoc/>
    public ValueTask EndInputAsync(CancellationToken cancellationToken) => terminal.WriteAsync(EndOfInput, cancellationToken);

    /// <inheritdoc/>
    public Task ResizeAsync(int width, int height, CancellationToken cancellationToken)
    {
        terminal.Resize(width, height);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        CommandEnd.Kill(process);
        terminal.Dispose();
        return ValueTask.CompletedTask;
    }
}
