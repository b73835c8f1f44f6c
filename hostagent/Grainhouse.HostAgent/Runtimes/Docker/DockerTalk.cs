using System.Collections.Immutable;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Processes in containers that are talked to through the engine.</summary>
internal sealed class DockerTalk(DockerConnection connection, DockerExec exec)
{
    /// <summary>Keys that nobody types in a row: the engine would take its default ones, Ctrl-P Ctrl-Q, out of what the user types.</summary>
    private const string DetachKeys = "ctrl-^,ctrl-_,ctrl-^,ctrl-_,ctrl-^,ctrl-_";

    public async Task<ITalkingProcess> StartCommandAsync(
        string containerId, ImmutableArray<string> command, ProcessStreams streams, CancellationToken cancellationToken)
    {
        var parameters = new ContainerExecCreateParameters
        {
            AttachStdin = streams.Stdin,
            AttachStdout = streams.Stdout,
            AttachStderr = streams.Stderr,
            Tty = streams.Terminal,
            DetachKeys = DetachKeys,
            Cmd = [.. command],
        };
        try
        {
            var created = await connection.CallAsync(
                client => client.Exec.ExecCreateContainerAsync(containerId, parameters, cancellationToken),
                // 409: the container does not run.
                RuntimeErrorKind.NotFound,
                cancellationToken);
            var stream = await connection.WorkAsync(
                client => client.Exec.StartAndAttachContainerExecAsync(created.ID, streams.Terminal, cancellationToken), RuntimeErrorKind.Start, cancellationToken);
            return new DockerCommand(connection, exec, containerId, created.ID, stream);
        }
        catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.Start)
        {
            return new SpokenResult(DockerExec.NotStarted(error.Message), isError: !streams.Terminal);
        }
    }

    public async Task<ITalkingProcess> AttachAsync(string containerId, ProcessStreams streams, CancellationToken cancellationToken)
    {
        var container = await connection.CallAsync(
            client => client.Containers.InspectContainerAsync(containerId, cancellationToken), RuntimeErrorKind.NotFound, cancellationToken);
        if (!container.State.Running)
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, $"Container {containerId} does not run.");
        }

        var parameters = new ContainerAttachParameters
        {
            Stream = true,
            Stdin = streams.Stdin && container.Config.OpenStdin,
            Stdout = streams.Stdout,
            Stderr = streams.Stderr,
            DetachKeys = DetachKeys,
        };

        // Whether the bytes come in one stream is the container's to say, whatever the client thinks.
        var stream = await connection.CallAsync(
            client => client.Containers.AttachContainerAsync(containerId, container.Config.Tty, parameters, cancellationToken), RuntimeErrorKind.NotFound, cancellationToken);
        return new DockerAttachment(connection, containerId, stream);
    }

    /// <summary>A command beside a container's process.</summary>
    private sealed class DockerCommand(DockerConnection connection, DockerExec exec, string containerId, string execId, MultiplexedStream stream) : DockerProcess(stream)
    {
        private bool over;

        public override async Task<int> ListenAsync(ProcessOutput output, CancellationToken cancellationToken)
        {
            await CopyAsync(output, cancellationToken);
            var code = await exec.ExitCodeAsync(await connection.GetClientAsync(cancellationToken), execId, cancellationToken);
            over = true;
            return code;
        }

        public override Task ResizeAsync(int width, int height, CancellationToken cancellationToken) => TryResizeAsync(
            connection,
            client => client.Exec.ResizeContainerExecTtyAsync(execId, new ContainerResizeParameters { Width = width, Height = height }, cancellationToken),
            cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            if (!over)
            {
                await exec.KillAsync(containerId, execId);
            }
        }
    }

    /// <summary>A container's own process.</summary>
    private sealed class DockerAttachment(DockerConnection connection, string containerId, MultiplexedStream stream) : DockerProcess(stream)
    {
        public override async Task<int> ListenAsync(ProcessOutput output, CancellationToken cancellationToken)
        {
            await CopyAsync(output, cancellationToken);
            return 0;
        }

        public override Task ResizeAsync(int width, int height, CancellationToken cancellationToken) => TryResizeAsync(
            connection,
            client => client.Containers.ResizeContainerTtyAsync(containerId, new ContainerResizeParameters { Width = width, Height = height }, cancellationToken),
            cancellationToken);
    }

    /// <summary>What both have: one connection with the engine, for all streams and both directions.</summary>
    private abstract class DockerProcess(MultiplexedStream stream) : ITalkingProcess
    {
        private const int BufferBytes = 32 * 1024;

        public abstract Task<int> ListenAsync(ProcessOutput output, CancellationToken cancellationToken);

        public abstract Task ResizeAsync(int width, int height, CancellationToken cancellationToken);

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            try
            {
                await stream.WriteAsync(data.ToArray(), 0, data.Length, cancellationToken);
            }
            catch (ObjectDisposedException gone)
            {
                throw new IOException(gone.Message, gone);
            }
        }

        public ValueTask EndInputAsync(CancellationToken cancellationToken)
        {
            stream.CloseWrite();
            return ValueTask.CompletedTask;
        }

        public virtual ValueTask DisposeAsync()
        {
            stream.Dispose();
            return ValueTask.CompletedTask;
        }

        protected async Task CopyAsync(ProcessOutput output, CancellationToken cancellationToken)
        {
            var buffer = new byte[BufferBytes];

            // The engine's streams do not heed tokens while they read.
            using var cancel = cancellationToken.Register(stream.Dispose);
            try
            {
                while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken) is { EOF: false } read)
                {
                    await output(read.Target == MultiplexedStream.TargetStream.StandardError, buffer.AsMemory(0, read.Count), cancellationToken);
                }
            }
            catch (Exception cut) when (cut is ObjectDisposedException or IOException && cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cut.Message, cut, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        // A process that is ending has no terminal any more: nothing is lost.
        protected static async Task TryResizeAsync(DockerConnection connection, Func<IDockerClient, Task> resize, CancellationToken cancellationToken)
        {
            var client = await connection.GetClientAsync(cancellationToken);
            try
            {
                await resize(client);
            }
            catch (DockerApiException)
            {
                return;
            }
        }
    }
}
