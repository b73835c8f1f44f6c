using System.Diagnostics;
using System.Net;
using Grainhouse.HostAgent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Cluster.Tests;

/// <summary>Three silos on a database of their own.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory home = new();
    private readonly string database;
    private readonly List<IAsyncDisposable> owned = [];

    private SiloCluster(string database, Func<int, IPAddress> address, Func<int, IReadOnlyList<string>> on)
    {
        this.database = database;
        Silos = [.. Enumerable.Range(0, 3).Select(number => new Silo(home.Path, database, address(number), on(number)))];
    }

    public IReadOnlyList<Silo> Silos { get; }

    /// <summary>A silo that runs.</summary>
    public Silo Reachable => Silos.First(silo => silo.IsRunning);

    /// <summary>Starts all silos and returns when each is ready and sees the others.</summary>
    public static async Task<SiloCluster> StartAsync() => await StartAsync(await PostgresServer.SharedAsync());

    /// <summary>The same, on a server of the test's own.</summary>
    public static async Task<SiloCluster> StartAsync(PostgresServer server)
    {
        var cluster = new SiloCluster(await server.CreateDatabaseAsync(), _ => IPAddress.Loopback, _ => []);
        await cluster.StartSilosAsync();
        return cluster;
    }

    /// <summary>The same, with each silo on a host of a network that can be cut; the database is the network's service.</summary>
    public static async Task<SiloCluster> StartAsync(IsolatedNetwork network)
    {
        var server = await PostgresServer.StartAsync(isDurable: false, network.Service, network.Subnet);
        var cluster = new SiloCluster(await server.CreateDatabaseAsync(), network.Address, network.On);
        cluster.owned.Add(server);
        await cluster.StartSilosAsync();
        return cluster;
    }

    /// <summary>How many silos the membership has as active.</summary>
    public async Task<long> CountActiveAsync() =>
        (long)(await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM grainhouse.membership WHERE status = 3"))!;

    /// <summary>Returns, with the time it took, when all silos are active and ready, and every agent is heard.</summary>
    public async Task<TimeSpan> ConvergedAsync(Load load, TimeSpan bound)
    {
        var clock = Stopwatch.StartNew();
        await Eventually.TrueAsync(
            () => $"all silos are active and ready:\n{string.Join("\n\n", Silos.Select(silo => $"{silo.Port}: {string.Join('\n', silo.Ends)}\n{silo.Process.Log}"))}",
            async () => await CountActiveAsync() == Silos.Count && (await Task.WhenAll(Silos.Select(silo => silo.AnswersAsync("/readyz")))).All(ready => ready),
            bound);
        await AgentProbe.UntilHeardAsync(Silos, load.Nodes, new CallLog(), bound);
        return clock.Elapsed;
    }

    /// <summary>Returns when the silos have about as many grains each: grains are not being moved any more.</summary>
    public async Task BalancedAsync(TimeSpan bound)
    {
        var counts = "";
        await Eventually.TrueAsync(
            () => $"grains are moved still: {counts}",
            async () =>
            {
                var grains = await Task.WhenAll(Silos.Select(silo => silo.CountGrainsAsync()));
                counts = string.Join(", ", grains);
                return grains.Max() <= grains.Min() * 1.2;
            },
            bound);
    }

    /// <summary>Simulated nodes that know all gateways.</summary>
    public SimulatedFleet StartFleet(int nodes, int maxPods) => StartFleet(Silos, nodes, maxPods);

    /// <summary>Simulated nodes that know the gateways of silos of one cluster.</summary>
    public static SimulatedFleet StartFleet(IReadOnlyList<Silo> silos, int nodes, int maxPods) => SimulatedFleet.Start(
        new SimulatedFleetOptions
        {
            Nodes = nodes,
            MaxPods = maxPods,
            Gateways = [.. silos.Select(silo => silo.Address)],
            JoinToken = File.ReadAllText(Path.Combine(silos[0].DataDirectory, "pki", "join.token")).Trim(),
            AuthorityFile = Path.Combine(silos[0].DataDirectory, "pki", "ca.crt"),
        },
        TimeProvider.System,
        NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        foreach (var own in owned)
        {
            await own.DisposeAsync();
        }

        home.Dispose();
    }

    private async Task StartSilosAsync()
    {
        foreach (var silo in Silos)
        {
            silo.Launch();
        }

        await Task.WhenAll(Silos.Select(silo => silo.ReadyAsync()));
        await Eventually.TrueAsync("three silos are active", async () => await CountActiveAsync() == 3, TimeSpan.FromSeconds(30));
    }
}
