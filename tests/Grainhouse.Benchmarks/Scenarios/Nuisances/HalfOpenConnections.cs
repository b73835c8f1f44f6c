using System.Net.Security;

namespace Grainhouse.Benchmarks.Scenarios.Nuisances;

/// <summary>Connections that begin something and never go on; each that the server ends is followed by the next.</summary>
internal sealed class HalfOpenConnections(SslClientAuthenticationOptions tls, int port) : INuisance
{
    public const string Name = "half-open connections";
    private const int OfEach = 500;

    // The head of a ClientHello of 508 bytes that do not follow.
    private static readonly byte[] HalfHello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03];

    private int ended;

    public string Note => $"{OfEach} silent, {OfEach} in the midst of a TLS hello, {OfEach} in the midst of a request's headers; {ended} were ended and opened again";

    public async Task RunAsync(Action begun, CancellationToken cancellationToken)
    {
        var left = 3 * OfEach;
        await Parallel.ForAsync(0, 3 * OfEach, new ParallelOptions { MaxDegreeOfParallelism = 3 * OfEach, CancellationToken = CancellationToken.None }, async (number, _) =>
        {
            try
            {
                for (var turn = 0; ; turn++)
                {
                    using var connection = await OpenAsync(number % 3, cancellationToken);
                    if (turn == 0 && Interlocked.Decrement(ref left) == 0)
                    {
                        begun();
                    }

                    await connection.EndAsync(cancellationToken);
                    Interlocked.Increment(ref ended);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
            }
        });
    }

    private async Task<RawConnection> OpenAsync(int kind, CancellationToken cancellationToken)
    {
        var connection = await RawConnection.OpenAsync(port, kind == 2 ? tls : null, cancellationToken);
        await connection.Stream.WriteAsync(kind switch { 0 => [], 1 => HalfHello, _ => "GET /api HTTP/1.1\r\nHost: loc"u8.ToArray() }, cancellationToken);
        return connection;
    }
}
