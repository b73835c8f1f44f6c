using System.Text;

namespace Grainhouse.HostAgent.Runtimes;

/// <summary>A command that is over already: it says its result.</summary>
public sealed class SpokenResult(ExecResult result, bool isError) : ITalkingProcess
{
    /// <inheritdoc/>
    public async Task<int> ListenAsync(ProcessOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (result.Output.Length > 0)
        {
            await output(isError, Encoding.UTF8.GetBytes(result.Output), cancellationToken);
        }

        return result.ExitCode;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask EndInputAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public Task ResizeAsync(int width, int height, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
