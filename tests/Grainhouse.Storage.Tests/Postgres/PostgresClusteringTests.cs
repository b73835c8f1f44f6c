using System.Net;
using Grainhouse.Storage.Postgres.Clustering;
using Grainhouse.Testing.Network;
using Grainhouse.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Grainhouse.Storage.Tests.Postgres;

/// <summary>The real AdoNet provider over our tables and query texts.</summary>
public sealed class PostgresClusteringTests : IAsyncLifetime
{
    private string database = "";

    public async Task InitializeAsync()
    {
        database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var store = new PostgresObjectStore(new StorageOptions { Database = database });
        await store.OpenAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [PostgresFact]
    public async Task Table_InsertAndUpdate_RaiseTheVersionOrChangeNothing()
    {
        using var silo = Silo("table");
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true);
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true);
        var empty = await table.ReadAllAsync();
        Assert.Equal((0, 0), (empty.Members.Count, empty.Version.Version));
        var (one, two) = (Entry(11111), Entry(22222));

        Assert.True(await table.InsertRowAsync(one, empty.Version.Next()));
        Assert.False(await table.InsertRowAsync(two, empty.Version.Next()));
        var read = await table.ReadRowAsync(one.SiloAddress);
        Assert.False(await table.InsertRowAsync(one, read.Version.Next()));
        Assert.True(await table.InsertRowAsync(two, read.Version.Next()));

        one.Status = SiloStatus.Active;
        one.AddSuspector(two.SiloAddress, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        Assert.False(await table.UpdateRowAsync(one, read.Members[0].Item2, read.Version.Next()));
        var current = await table.ReadRowAsync(one.SiloAddress);
        Assert.True(await table.UpdateRowAsync(one, current.Members[0].Item2, current.Version.Next()));

        var all = await table.ReadAllAsync();
        Assert.Equal((2, 3), (all.Members.Count, all.Version.Version));
        var found = all.TryGet(one.SiloAddress)!.Item1;
        Assert.Equal((SiloStatus.Active, "host", "silo", one.StartTime), (found.Status, found.HostName, found.SiloName, found.StartTime));
        Assert.Equal(one.SuspectTimes, found.SuspectTimes);
    }

    [PostgresFact]
    public async Task Table_AliveTimesCleanupAndDeletion_ConcernTheirClusterOnly()
    {
        using var silo = Silo("mine");
        using var otherSilo = Silo("other");
        var (table, other) = (silo.Services.GetRequiredService<IMembershipTable>(), otherSilo.Services.GetRequiredService<IMembershipTable>());
        var (active, dead) = (Entry(11111), Entry(22222));
        active.Status = SiloStatus.Active;
        dead.Status = SiloStatus.Dead;
        foreach (var each in (IMembershipTable[])[table, other])
        {
            await each.InitializeMembershipTableAsync(tryInitTableVersion: true);
            Assert.True(await each.InsertRowAsync(active, (await each.ReadAllAsync()).Version.Next()));
            Assert.True(await each.InsertRowAsync(dead, (await each.ReadAllAsync()).Version.Next()));
        }

        active.IAmAliveTime = active.IAmAliveTime.AddMinutes(1);
        await table.UpdateIAmAliveAsync(active);
        Assert.Equal((active.IAmAliveTime, 2), (Alive(await table.ReadAllAsync(), active), (await table.ReadAllAsync()).Version.Version));
        await table.CleanupDefunctSiloEntriesAsync(active.IAmAliveTime.AddMinutes(1));
        Assert.Equal([active.SiloAddress], (await table.ReadAllAsync()).Members.Select(member => member.Item1.SiloAddress));
        await table.DeleteMembershipTableEntriesAsync("mine");
        Assert.Equal(1L, await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM grainhouse.membership_version"));
        Assert.Equal(2, (await other.ReadAllAsync()).Members.Count);
    }

    [PostgresFact]
    public async Task Table_ConcurrentWriters_OneWinsEachVersion()
    {
        using var silo = Silo("race");
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true);

        var wins = await Task.WhenAll(Enumerable.Range(1, 8).Select(async index =>
        {
            var won = 0;
            for (var round = 0; round < 10; round++)
            {
                var version = (await table.ReadAllAsync()).Version;
                won += await table.InsertRowAsync(Entry((index * 100) + round), version.Next()) ? 1 : 0;
            }

            return won;
        }));

        var all = await table.ReadAllAsync();
        Assert.Equal((wins.Sum(), wins.Sum()), (all.Members.Count, all.Version.Version));
    }

    [PostgresFact]
    public async Task TwoSilos_FindEachOtherAndOneAnswersForTheOther()
    {
        using var one = Silo("cluster");
        using var two = Silo("cluster");
        await one.StartAsync();
        await two.StartAsync();

        var grains = two.Services.GetRequiredService<IGrainFactory>();
        var totals = await Task.WhenAll(Enumerable.Range(0, 40).Select(index => grains.GetGrain<ITallyGrain>($"{index}").AddAsync(index)));
        var hosts = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        using var client = Client("cluster");
        await client.StartAsync();
        var again = await client.Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>("7").AddAsync(1);

        Assert.Equal(Enumerable.Range(0, 40), totals);
        Assert.Equal(2, hosts.Count);
        Assert.Equal(8, again);
        await client.StopAsync();
        await two.StopAsync();
        await one.StopAsync();
    }

    private static DateTime Alive(MembershipTableData data, MembershipEntry entry) => data.TryGet(entry.SiloAddress)!.Item1.IAmAliveTime;

    private static MembershipEntry Entry(int port) => new()
    {
        SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), 7),
        Status = SiloStatus.Joining,
        HostName = "host",
        SiloName = "silo",
        ProxyPort = port + 1,
        StartTime = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        IAmAliveTime = new DateTime(2026, 1, 2, 3, 4, 6, DateTimeKind.Utc),
    };

    private IHost Silo(string cluster)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo => silo
            .UseAdoNetClustering(options =>
            {
                options.Invariant = PostgresClustering.Invariant;
                options.ConnectionString = PostgresClustering.ConnectionString(database);
            })
            .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = cluster)
            .ConfigureEndpoints(IPAddress.Loopback, FreePort.Next(), FreePort.Next(), listenOnAnyHostAddress: false)
            .AddMemoryGrainStorage("Default"));
        return builder.Build();
    }

    // It learns the silos' doors from the table.
    private IHost Client(string cluster)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleansClient(client => client
            .UseAdoNetClustering(options =>
            {
                options.Invariant = PostgresClustering.Invariant;
                options.ConnectionString = PostgresClustering.ConnectionString(database);
            })
            .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = cluster));
        return builder.Build();
    }
}
