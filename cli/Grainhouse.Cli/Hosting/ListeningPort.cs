using System.Net;
using System.Net.Sockets;

namespace Grainhouse.Cli.Hosting;

/// <summary>Finds out whether a port can be had before anything is started.</summary>
internal static class ListeningPort
{
    /// <exception cref="CliException">Someone else listens there.</exception>
    public static void Require(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Any, port);
            probe.Start();
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            throw new CliException($"Port {port} is taken by another process. Choose another with --port.", ExitCode.Failure, error);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.AccessDenied)
        {
            throw new CliException($"This user may not listen on port {port}. Choose one above 1023 with --port.", ExitCode.Failure, error);
        }
    }
}
