using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Grainhouse.HostAgent.Network;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Connections into pods, made from inside their network: a server on a pod's loopback is reached, as with a kubelet.</summary>
internal sealed class DockerPorts(DockerConnection connection, DockerSandboxes sandboxes)
{
    public async Task<Stream> ConnectAsync(string sandboxId, int port, CancellationToken cancellationToken)
    {
        var sandbox = await connection.CallAsync(
            client => client.Containers.InspectContainerAsync(sandboxId, cancellationToken), RuntimeErrorKind.NotFound, cancellationToken);
        if (!sandbox.State.Running)
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, "the pod's sandbox does not run");
        }

        var processId = (int)sandbox.State.Pid;
        if (!Environment.IsPrivilegedProcess || !DockerExec.IsInContainer(processId, sandboxId))
        {
            // The engine's processes are elsewhere, or not ours to visit: the pod's address is what is left.
            var address = IPAddress.Parse(sandboxes.AddressOf(sandbox.Config.Labels, sandbox.NetworkSettings?.Networks));
            return await LocalPort.ConnectAsync(LocalPort.NewSocketAsync, [address], port, cancellationToken);
        }

        // The engine's word for it says nothing: for pods that the agent links itself it is the host's network.
        return await (NetworkNamespace.Of(processId) == NetworkNamespace.Own
            ? LocalPort.ConnectAsync(LocalPort.NewSocketAsync, port, cancellationToken)
            : LocalPort.ConnectAsync(family => SocketInAsync(processId, family), port, cancellationToken));
    }

    // A socket belongs to the network in which it was made, wherever it is used.
    private static async Task<Socket> SocketInAsync(int processId, AddressFamily family)
    {
        Socket? socket = null;
        try
        {
            await NetworkNamespace.RunInAsync(processId, () => socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        }
        catch (Exception error) when (error is IOException or Win32Exception or UnauthorizedAccessException)
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, $"the pod's network cannot be entered: {error.Message}", error);
        }

        return socket!;
    }
}
