using Grainhouse.Storage.Grains;
using Grainhouse.Testing.Facts;
using Grainhouse.Testing.Postgres;
using Orleans;
using Orleans.Runtime;

namespace Grainhouse.Storage.Tests;

/// <summary>Orleans' reminders over a store.</summary>
public abstract class ObjectStoreReminderTableTests<TStore> : IAsyncLifetime
    where TStore : TestStore, new()
{
    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly TStore host = new();
    private ObjectStoreReminderTable table = null!;

    public async Task InitializeAsync()
    {
        table = new ObjectStoreReminderTable(await host.OpenAsync());
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [ContractFact]
    public async Task Upsert_ThenRead_GivesTheReminderWithItsEtag()
    {
        var grain = GrainId.Create("node", "n1");
        var etag = await table.UpsertRow(Entry(grain, "check up/1"));

        var read = await table.ReadRow(grain, "check up/1");

        Assert.Equal((grain, "check up/1", Start, TimeSpan.FromMinutes(3), etag), (read!.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
        Assert.Equal(DateTimeKind.Utc, read.StartAt.Kind);
        Assert.Null(await table.ReadRow(grain, "other"));
    }

    [ContractFact]
    public async Task Upsert_Again_ReplacesWithoutAskingForTheEtag()
    {
        var grain = GrainId.Create("node", "n1");
        var first = await table.UpsertRow(Entry(grain, "r"));
        var second = await table.UpsertRow(Entry(grain, "r"));

        Assert.NotEqual(first, second);
        Assert.False(await table.RemoveRow(grain, "r", first!));
        Assert.True(await table.RemoveRow(grain, "r", second!));
        Assert.False(await table.RemoveRow(grain, "r", second!));
        Assert.Null(await table.ReadRow(grain, "r"));
    }

    [ContractFact]
    public async Task ReadRows_OfAGrain_GivesOnlyItsOwn()
    {
        await table.UpsertRow(Entry(GrainId.Create("node", "n1"), "a"));
        await table.UpsertRow(Entry(GrainId.Create("node", "n1"), "b"));
        await table.UpsertRow(Entry(GrainId.Create("node", "n1/x"), "a"));
        await table.UpsertRow(Entry(GrainId.Create("node", "n2"), "a"));

        Assert.Equal(["a", "b"], (await table.ReadRows(GrainId.Create("node", "n1"))).Reminders.Select(entry => entry.ReminderName).Order(StringComparer.Ordinal));
    }

    [ContractFact]
    public async Task ReadRows_OfARange_IsOpenAtItsBeginClosedAtItsEndAndWraps()
    {
        var grains = Enumerable.Range(0, 1_200).Select(index => GrainId.Create("node", $"n{index}")).OrderBy(grain => grain.GetUniformHashCode()).ToArray();
        foreach (var grain in grains)
        {
            await table.UpsertRow(Entry(grain, "r"));
        }

        var (low, high) = (grains[100].GetUniformHashCode(), grains[1_150].GetUniformHashCode());

        Assert.Equal(grains.Skip(101).Take(1_050), await GrainsAsync(low, high));
        Assert.Equal(grains.Skip(1_151).Concat(grains.Take(101)), await GrainsAsync(high, low));
        Assert.Equal(grains.Length, (await GrainsAsync(low, low)).Length);
        Assert.Equal(grains, await GrainsAsync(0, uint.MaxValue));
        await table.TestOnlyClearTable();
        Assert.Empty(await GrainsAsync(0, 0));
    }

    private static ReminderEntry Entry(GrainId grain, string name) =>
        new() { GrainId = grain, ReminderName = name, StartAt = Start, Period = TimeSpan.FromMinutes(3) };

    private async Task<GrainId[]> GrainsAsync(uint begin, uint end) => [.. (await table.ReadRows(begin, end)).Reminders.Select(entry => entry.GrainId)];
}

public sealed class SqliteReminderTableTests : ObjectStoreReminderTableTests<SqliteTestStore>;

[NeedsPostgres]
public sealed class PostgresReminderTableTests : ObjectStoreReminderTableTests<PostgresTestStore>;
