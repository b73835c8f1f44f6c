using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Grainhouse.Testing.Postgres;

/// <summary>A way to a server that goes wrong when the test says so: it stands between a client and the server, and passes bytes on.</summary>
public sealed class FaultyLink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<int, Connection> connections = new();
    private readonly int serverPort;
    private readonly Task accepting;
    private int accepted;

    /// <summary>Makes a link to the server of a connection string.</summary>
    public FaultyLink(string connectionString)
    {
        serverPort = new NpgsqlConnectionStringBuilder(connectionString).Port;
        listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString) { Port = ((IPEndPoint)listener.LocalEndpoint).Port }.ConnectionString;
        accepting = AcceptAsync();
    }

    /// <summary>What clients connect with to go over this link.</summary>
    public string ConnectionString { get; }

    /// <summary>From now on, what clients of the connections that stand now send is kept back, or what the server answers.</summary>
    public void Hold(bool questions = false, bool answers = false)
    {
        foreach (var connection in connections.Values)
        {
            connection.HoldsQuestions |= questions;
            connection.HoldsAnswers |= answers;
        }
    }

    /// <summary>Cuts the clients off the connections that hold something; towards the server these stay open.</summary>
    /// <returns>Sends to the server what was kept back of their questions, as a network that was slow, and waits until the server has ended them.</returns>
    public Func<Task> CutHeld()
    {
        var held = connections.Values.Where(connection => connection.HoldsQuestions || connection.HoldsAnswers).ToArray();
        foreach (var connection in held)
        {
            connection.CutClient();
        }

        return () => Task.WhenAll(held.Select(connection => connection.DeliverAsync()));
    }

    /// <summary>Ends every connection and takes no more. Safe to repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
        {
            return;
        }

        await stop.CancelAsync();
        listener.Dispose();
        foreach (var connection in connections.Values)
        {
            connection.Dispose();
        }

        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(stop.Token);
            var server = new TcpClient { NoDelay = true };
            client.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, serverPort, stop.Token);
            connections[accepted++] = new Connection(client, server);
        }
    }

    private sealed class Connection : IDisposable
    {
        private readonly TcpClient client;
        private readonly TcpClient server;
        private readonly MemoryStream kept = new();
        private readonly Task answering;

        public Connection(TcpClient client, TcpClient server)
        {
            (this.client, this.server) = (client, server);
            _ = AskAsync();
            answering = AnswerAsync();
        }

        public bool HoldsQuestions { get; set; }

        public bool HoldsAnswers { get; set; }

        public void CutClient()
        {
            // Already gone when the server or the client ended it meanwhile.
            client.Client?.Close(timeout: 0);
            client.Dispose();
        }

        public async Task DeliverAsync()
        {
            await server.GetStream().WriteAsync(kept.ToArray());
            server.Client.Shutdown(SocketShutdown.Send);
            await answering;
        }

        public void Dispose()
        {
            client.Dispose();
            server.Dispose();
        }

        private async Task AskAsync()
        {
            var buffer = new byte[64 << 10];
            try
            {
                while (await client.GetStream().ReadAsync(buffer) is > 0 and var count)
                {
                    await (HoldsQuestions ? (Stream)kept : server.GetStream()).WriteAsync(buffer.AsMemory(0, count));
                }

                if (!HoldsQuestions && !HoldsAnswers)
                {
                    server.Client.Shutdown(SocketShutdown.Send);
                }
            }
            catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // One side ended; the other notices by itself.
            }
        }

        private async Task AnswerAsync()
        {
            var buffer = new byte[64 << 10];
            try
            {
                while (await server.GetStream().ReadAsync(buffer) is > 0 and var count)
                {
                    if (!HoldsAnswers && !HoldsQuestions)
                    {
                        await client.GetStream().WriteAsync(buffer.AsMemory(0, count));
                    }
                }

                client.Dispose();
            }
            catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // One side ended; the other notices by itself.
            }
        }
    }
}
