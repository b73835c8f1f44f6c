using Grainhouse.HostAgent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Cluster.Tests;

/// <summary>Three silos on a database of their own.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory home = new();
    private readonly string database;

    private SiloCluster(string database)
    {
        this.database = database;
        Silos = [.. Enumerable.Range(0, 3).Select(_ => new Silo(home.Path, database))];
    }

    public IReadOnlyList<Silo> Silos { get; }

    /// <summary>Starts all silos and returns when each is ready and sees the others.</summary>
    public static async Task<SiloCluster> StartAsync()
    {
        var server = await PostgresServer.SharedAsync();
        var cluster = new SiloCluster(await server.CreateDatabaseAsync());
        foreach (var silo in cluster.Silos)
        {
            silo.Launch();
        }

        await Task.WhenAll(cluster.Silos.Select(silo => silo.ReadyAsync()));
        await Eventually.TrueAsync("three silos are active", async () => await cluster.CountActiveAsync() == 3, TimeSpan.FromSeconds(30));
        return cluster;
    }

    /// <summary>How many silos the membership has as active.</summary>
    public async Task<long> CountActiveAsync() =>
        (long)(await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM grainhouse.membership WHERE status = 3"))!;

    /// <summary>Simulated nodes that know all gateways.</summary>
    public SimulatedFleet StartFleet(int nodes) => SimulatedFleet.Start(
        new SimulatedFleetOptions
        {
            Nodes = nodes,
            Gateways = [.. Silos.Select(silo => silo.Address)],
            JoinToken = File.ReadAllText(Path.Combine(Silos[0].DataDirectory, "pki", "join.token")).Trim(),
            AuthorityFile = Path.Combine(Silos[0].DataDirectory, "pki", "ca.crt"),
        },
        TimeProvider.System,
        NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        home.Dispose();
    }
}
