using System.Net.Sockets;
using System.Text;

namespace Grainhouse.Testing.Docker;

/// <summary>Whether tests can use a Docker engine here.</summary>
public static class DockerEngine
{
    /// <summary>Where tests look for an engine.</summary>
    public const string SocketPath = "/var/run/docker.sock";

    private static readonly Lazy<string?> Reason = new(Ask);

    /// <summary>Why tests that need an engine are skipped; null if one answers.</summary>
    public static string? SkipReason => Reason.Value;

    private static string? Ask()
    {
        if (!File.Exists(SocketPath))
        {
            return $"No Docker engine: there is no {SocketPath}.";
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 5000, SendTimeout = 5000 };
            socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
            socket.Send("GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n"u8);
            var answer = new byte[64];
            var status = Encoding.ASCII.GetString(answer, 0, socket.Receive(answer)).Split('\r')[0];
            return status.Contains(" 200 ", StringComparison.Ordinal) ? null : $"No Docker engine: {SocketPath} answered '{status}'.";
        }
        catch (SocketException error)
        {
            return $"No Docker engine: {SocketPath} does not answer ({error.Message}).";
        }
    }
}
