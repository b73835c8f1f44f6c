using System.Net.Security;
using System.Text;

namespace Grainhouse.Benchmarks.Scenarios.Nuisances;

/// <summary>Clients that ask for all pods, or watch what others write, and then read nothing.</summary>
internal sealed class SlowReaders(SslClientAuthenticationOptions tls, int port) : INuisance
{
    public const string Name = "slow readers";
    private const int Lists = 128;
    private const int Watches = 128;

    public string Note => $"{Lists} lists and {Watches} watches that nobody reads";

    public async Task RunAsync(Action begun, CancellationToken cancellationToken)
    {
        List<RawConnection> open = [];
        for (var number = 0; number < Lists + Watches; number++)
        {
            var path = number < Lists ? "/api/v1/namespaces/default/pods" : "/api/v1/namespaces/default/configmaps?watch=1";
            var connection = await RawConnection.OpenAsync(port, tls, cancellationToken);
            await connection.Stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: slow/1.0\r\n\r\n"), cancellationToken);
            open.Add(connection);
        }

        begun();
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        open.ForEach(connection => connection.Dispose());
    }
}
