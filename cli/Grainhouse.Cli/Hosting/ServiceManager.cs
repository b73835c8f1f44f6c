using System.Net.Sockets;
using System.Text;

namespace Grainhouse.Cli.Hosting;

/// <summary>Tells systemd how far this process is, where it runs as a unit of <c>Type=notify</c>; elsewhere nothing is said.</summary>
/// <remarks>The protocol of sd_notify(3): a datagram of <c>NAME=VALUE</c> to the socket that the environment names.</remarks>
internal static class ServiceManager
{
    private const string SocketVariable = "NOTIFY_SOCKET";

    /// <summary>The service answers: <c>systemctl start</c> returns.</summary>
    public static void TellReady() => Tell("READY=1");

    /// <summary>The service takes no more and drains.</summary>
    public static void TellStopping() => Tell("STOPPING=1");

    private static void Tell(string state)
    {
        if (Environment.GetEnvironmentVariable(SocketVariable) is not { Length: > 0 } path)
        {
            return;
        }

        // An '@' in front stands for the zero byte of an abstract name.
        var manager = new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTo(Encoding.ASCII.GetBytes(state), manager);
    }
}
