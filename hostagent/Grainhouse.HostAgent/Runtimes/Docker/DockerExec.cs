using System.Collections.Immutable;
using System.Net;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Commands in running containers.</summary>
internal sealed class DockerExec(DockerConnection connection, TimeProvider time)
{
    private const int OutputBytes = 64 * 1024;

    /// <summary>How long the engine may take to note the exit code after the output ended.</summary>
    private static readonly TimeSpan ExitCodeWait = TimeSpan.FromSeconds(2);

    /// <summary>How long the engine may take to note the process of a command that it has begun.</summary>
    private static readonly TimeSpan ProcessIdWait = TimeSpan.FromSeconds(10);

    public async Task<ExecResult> RunAsync(
        string containerId, ImmutableArray<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var exec = await connection.CallAsync(
            client => client.Exec.ExecCreateContainerAsync(
                containerId, new ContainerExecCreateParameters { AttachStdout = true, AttachStderr = true, Cmd = [.. command] }, cancellationToken),
            // 409: the container does not run.
            RuntimeErrorKind.NotFound,
            cancellationToken);
        return await connection.CallAsync(
            client => RunAsync(client, containerId, exec.ID, timeout, cancellationToken), RuntimeErrorKind.NotFound, cancellationToken);
    }

    private async Task<ExecResult> RunAsync(
        IDockerClient client, string containerId, string execId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var output = new MemoryStream();
        try
        {
            using var stream = await client.Exec.StartAndAttachContainerExecAsync(execId, tty: false, either.Token);
            using (either.Token.Register(stream.Dispose))
            {
                await DrainAsync(stream, output, either.Token);
            }

            var exitCode = await ExitCodeAsync(client, execId, either.Token);
            return new ExecResult(exitCode, Text(output), TimedOut: false);
        }
        catch (DockerApiException error) when (error.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.InternalServerError)
        {
            return NotStarted(DockerErrors.MessageOf(error));
        }
        catch (Exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await KillAsync(containerId, execId);
            return new ExecResult(-1, Text(output), TimedOut: true);
        }
    }

    /// <summary>The result of a command that does not exist in the container, or may not be run: as a shell would say it.</summary>
    public static ExecResult NotStarted(string message) =>
        new(message.Contains("permission denied", StringComparison.OrdinalIgnoreCase) ? 126 : 127, message, TimedOut: false);

    private static async Task DrainAsync(MultiplexedStream stream, MemoryStream output, CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        while (true)
        {
            var read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken);
            if (read.EOF)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return;
            }

            // What is over the bound is read and dropped: a command that writes more must not hang on a full pipe.
            await output.WriteAsync(buffer.AsMemory(0, (int)Math.Min(read.Count, OutputBytes - output.Length)), cancellationToken);
        }
    }

    /// <summary>The exit code of a command whose output has ended.</summary>
    public async Task<int> ExitCodeAsync(IDockerClient client, string execId, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + ExitCodeWait;
        while (true)
        {
            var state = await client.Exec.InspectContainerExecAsync(execId, cancellationToken);
            if (!state.Running || time.GetUtcNow() > until)
            {
                return (int)state.ExitCode;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), time, cancellationToken);
        }
    }

    /// <summary>Ends a command that nobody waits for any more: the engine has no call for it, but its process is ours to kill on the same host.</summary>
    public async Task KillAsync(string containerId, string execId)
    {
        try
        {
            var client = await connection.GetClientAsync(CancellationToken.None);
            var process = await ProcessOfAsync(client, execId);
            if (process > 0 && IsInContainer(process, containerId))
            {
                Posix.Signal(process, Posix.SigKill);
            }
        }
        catch (Exception error) when (error is DockerApiException or RuntimeException || DockerErrors.IsUnreachable(error, CancellationToken.None))
        {
            // Its container is gone, and the command with it; or the engine is away, and the command ends with its input.
        }
    }

    /// <summary>A command's process; 0 if it does not run. A command may speak before the engine has noted which process it is.</summary>
    private async Task<int> ProcessOfAsync(IDockerClient client, string execId)
    {
        var until = time.GetUtcNow() + ProcessIdWait;
        while (true)
        {
            var state = await client.Exec.InspectContainerExecAsync(execId, CancellationToken.None);
            if (!state.Running || state.Pid > 0 || time.GetUtcNow() > until)
            {
                return state.Running ? (int)state.Pid : 0;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), time);
        }
    }

    /// <summary>Makes sure that the engine's process id means the same process here.</summary>
    public static bool IsInContainer(int processId, string containerId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cgroup").Contains(containerId, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Text(MemoryStream output) => Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
}
