using System.Collections.Immutable;
using System.Text;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Commands beside a running workload whose output is collected.</summary>
internal sealed class ProcessExec(ProcessEntry entry, TimeProvider time)
{
    private const int OutputBytes = 64 * 1024;

    public async Task<ExecResult> RunAsync(string id, ImmutableArray<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var process = entry.Start(id, command, null);
        if (process is null)
        {
            return new ExecResult(127, $"exec: \"{command[0]}\": executable file not found: no such file or directory", TimedOut: false);
        }

        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        process.StandardInput.Close();
        var output = new MemoryStream();
        try
        {
            await Task.WhenAll(
                DrainAsync(process.StandardOutput.BaseStream, output, either.Token), DrainAsync(process.StandardError.BaseStream, output, either.Token));
            await process.WaitForExitAsync(either.Token);
            return new ExecResult(process.ExitCode, Text(output), TimedOut: false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new ExecResult(-1, Text(output), TimedOut: true);
        }
    }

    private static async Task DrainAsync(Stream stream, MemoryStream output, CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        while (await stream.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            lock (output)
            {
                output.Write(buffer.AsSpan(0, (int)Math.Min(count, OutputBytes - output.Length)));
            }
        }
    }

    private static string Text(MemoryStream output)
    {
        lock (output)
        {
            return Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
        }
    }
}
