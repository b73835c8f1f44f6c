using System.Globalization;

namespace Grainhouse.Cluster.Tests;

/// <summary><c>grainhouse backup</c> and <c>restore</c> beside real silos.</summary>
public sealed class BackupTests : IDisposable
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    // For machines that build and test other things at the same time.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    private readonly TemporaryDirectory home = new();

    public void Dispose() => home.Dispose();

    private string BackupFile => Path.Combine(home.Path, "cluster.backup");

    [PostgresFact]
    public async Task ABackupOfOneMachine_TakenWhileItServes_BecomesACluster()
    {
        await using var blobs = new BlobServer();
        await using var alone = new Silo(home.Path, database: null);
        await StartAsync(alone);
        await CreateAsync(alone, "kept");
        var seen = await alone.Api.RevisionAsync(ConfigMaps);

        // What the user names counts, whatever database the environment has.
        var environment = new Dictionary<string, string?> { ["GRAINHOUSE_DATABASE"] = "postgres://nobody@127.0.0.1:1/nowhere" };
        (await Command.RunAsync(Repository.Executable, ["backup", blobs.Signed("cluster.backup"), "--data", alone.DataDirectory], environment: environment, timeout: Bound)).Ok();
        await CreateAsync(alone, "too-late");

        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        (await RunAsync("restore", blobs.Signed("cluster.backup"), "--database", database)).Ok();
        await using var first = new Silo(home.Path, database);
        await using var second = new Silo(home.Path, database);
        await Task.WhenAll(StartAsync(first), StartAsync(second));

        foreach (var silo in (Silo[])[first, second])
        {
            Assert.Equal(["kept"], await NamesAsync(silo));
            foreach (var key in (string[])["ca.crt", "admin.token", "join.token"])
            {
                Assert.Equal(await KeyAsync(alone, key), await KeyAsync(silo, key));
            }

            var late = await silo.Api.GetAsync($"{ConfigMaps}?watch=1&resourceVersion={seen}");
            Assert.Contains("\"code\":410", late.Body, StringComparison.Ordinal);
        }

        var newest = await first.Api.RevisionAsync(ConfigMaps);
        Assert.True(long.Parse(newest, CultureInfo.InvariantCulture) > long.Parse(seen, CultureInfo.InvariantCulture) + 1_000_000);
        await CreateAsync(second, "after");
        Assert.Equal(["after", "kept"], await NamesAsync(first));
    }

    [PostgresFact]
    public async Task Restore_OverARunningCluster_IsRefusedAndOverAStoppedOneReplaces()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var silo = new Silo(home.Path, database);
        await StartAsync(silo);
        await CreateAsync(silo, "kept");
        (await RunAsync("backup", BackupFile, "--database", database)).Ok();
        await CreateAsync(silo, "too-late");

        var running = (await RunAsync("restore", BackupFile, "--database", database, "--replace")).Failed();
        Assert.Contains($":{silo.Port}", running, StringComparison.Ordinal);
        Assert.Contains("stop them first", running, StringComparison.Ordinal);

        // A frozen silo may go on at any moment.
        await silo.Process.FreezeAsync();
        Assert.Contains("stop them first", (await RunAsync("restore", BackupFile, "--database", database, "--replace")).Failed(), StringComparison.Ordinal);
        silo.Process.Thaw();
        await silo.ReadyAsync();
        await CreateAsync(silo, "later-still");

        await silo.StopAsync();
        Assert.Contains("--replace", (await RunAsync("restore", BackupFile, "--database", database)).Failed(), StringComparison.Ordinal);
        (await RunAsync("restore", BackupFile, "--database", database, "--replace")).Ok();
        await StartAsync(silo);
        Assert.Equal(["kept"], await NamesAsync(silo));
    }

    [Fact]
    public async Task Restore_OfAnOlderState_IsWhatAgentsThenRun()
    {
        await using var silo = new Silo(home.Path, database: null);
        await StartAsync(silo);
        await using var fleet = SiloCluster.StartFleet([silo], nodes: 3, maxPods: 20);
        var web = new ScaledDeployment(silo, "web");
        var uids = await web.StartAsync(pods: 4);
        (await RunAsync("backup", BackupFile, "--data", silo.DataDirectory)).Ok();

        // Pods that the backup does not know, and one that it knows and that is gone.
        await web.ScaleAsync(8);
        (await silo.Api.SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/default/pods/{(await web.NamesAsync())[0]}")).Ok();
        await web.ScaleAsync(6);

        Assert.Contains("already works on", (await RunAsync("restore", BackupFile, "--data", silo.DataDirectory, "--replace")).Failed(), StringComparison.Ordinal);
        await silo.StopAsync();
        (await RunAsync("restore", BackupFile, "--data", silo.DataDirectory, "--replace")).Ok();
        await StartAsync(silo);

        await Eventually.TrueAsync("the four pods of the backup are Ready", async () => (await web.ReadyAsync()).SetEquals(uids), Bound);
        await web.ScaleAsync(5);
    }

    [Fact]
    public async Task Backup_ThatCannotBeKeptOrRead_SaysSoWithoutSecrets()
    {
        await using var blobs = new BlobServer();
        await using var silo = new Silo(home.Path, database: null);
        await StartAsync(silo);

        var refused = (await RunAsync("backup", $"{blobs.Address}a?sig=secret", "--data", silo.DataDirectory)).Failed();
        Assert.Contains($"{blobs.Address}a refused the PUT: 403 Forbidden (AuthenticationFailed)", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused, StringComparison.Ordinal);
        Assert.Contains("does not answer", (await RunAsync("backup", $"http://127.0.0.1:{FreePort.Next()}/a", "--data", silo.DataDirectory)).Failed(), StringComparison.Ordinal);
        Assert.Contains("404", (await RunAsync("restore", blobs.Signed("nothing"), "--data", Path.Combine(home.Path, "new"))).Failed(), StringComparison.Ordinal);
        Assert.Contains("There is no store", (await RunAsync("backup", BackupFile, "--data", Path.Combine(home.Path, "new"))).Failed(), StringComparison.Ordinal);
        Assert.False(File.Exists(BackupFile));

        (await RunAsync("backup", blobs.Signed("cut"), "--data", silo.DataDirectory)).Ok();
        blobs.Blobs["/cut"] = blobs.Blobs["/cut"][..^100];
        var cut = (await RunAsync("restore", blobs.Signed("cut"), "--data", Path.Combine(home.Path, "new"))).Failed();
        Assert.Contains("nothing was changed", cut, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(home.Path, "new", "grainhouse.db")));

        (await RunAsync("backup", BackupFile, "--data", silo.DataDirectory)).Ok();
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(BackupFile) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal([BackupFile], Directory.GetFiles(home.Path));
    }

    private static Task<string> KeyAsync(Silo silo, string file) => File.ReadAllTextAsync(Path.Combine(silo.DataDirectory, "pki", file));

    private static async Task StartAsync(Silo silo)
    {
        silo.Launch();
        await silo.ReadyAsync();
    }

    // Until it is there: on a busy machine a request may end in 504 that was carried out.
    private static Task<TimeSpan> CreateAsync(Silo silo, string name) => Eventually.TrueAsync(
        $"{name} is created",
        async () => (await silo.Api.PostAsync(ConfigMaps, $$"""{"metadata":{"name":"{{name}}"} }""")).StatusCode is 201 or 409,
        Bound);

    // Without the one that every namespace has.
    private static async Task<IEnumerable<string>> NamesAsync(Silo silo) => (await silo.Api.GetAsync(ConfigMaps)).Ok().Json.GetProperty("items").EnumerateArray()
        .Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!).Where(name => name != "kube-root-ca.crt").Order(StringComparer.Ordinal);

    private static Task<CommandResult> RunAsync(params string[] arguments) => Command.RunAsync(Repository.Executable, arguments, timeout: Bound);
}
