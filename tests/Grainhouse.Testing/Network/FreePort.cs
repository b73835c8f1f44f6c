using System.Net;
using System.Net.Sockets;

namespace Grainhouse.Testing.Network;

/// <summary>
/// Ports that nobody listens on and that nobody else is given: no other test process, and no connection either, for these lie below
/// the range that Linux takes a connection's own port from (32768 to 60999, <c>ip_local_port_range</c>).
/// </summary>
public static class FreePort
{
    private const int First = 10_000;
    private const int Count = 20_000;

    private static readonly DirectoryInfo Claims = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"grainhouse-test-ports-{Environment.UserName}"));
    private static readonly List<FileStream> Held = [];
    private static readonly Lock Turn = new();
    private static int last = Random.Shared.Next(Count);

    /// <summary>A TCP port that is this process's until it ends.</summary>
    public static int Next()
    {
        lock (Turn)
        {
            while (true)
            {
                last = (last + 1) % Count;
                if (Claim(First + last) is not { } claim)
                {
                    continue;
                }
                Held.Add(claim);
                if (IsFree(First + last))
                {
                    return First + last;
                }
            }
        }
    }

    // A lock of the file, which ends with the process.
    private static FileStream? Claim(int port)
    {
        try
        {
            return new FileStream(Path.Combine(Claims.FullName, $"{port}"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
