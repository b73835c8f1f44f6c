using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grainhouse.Gateway;
using Grainhouse.Gateway.Security;
using Grainhouse.HostAgent.Cluster;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Scheduling;
using Grainhouse.Storage;
using Grainhouse.Storage.Backups;
using Grainhouse.Storage.Grains;
using Grainhouse.Storage.Sqlite;
using Orleans.Runtime;

namespace Grainhouse.Contracts.Tests.State;

/// <summary>What an older version left on disk is read by this one.</summary>
public sealed class StateTests : IDisposable
{
    private const string Steps = "state/schema-steps.txt";

    private readonly string directory = Directory.CreateTempSubdirectory("grainhouse-contracts-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task AnSqliteFile_IsOpenedAndGoesOn()
    {
        await CorpusFiles.RequireAsync("state/sqlite-1.db.gz", WriteSqliteAsync);
        foreach (var file in CorpusFiles.In("state").Where(file => Path.GetFileName(file).StartsWith("sqlite-", StringComparison.Ordinal)))
        {
            var path = Path.Combine(directory, Path.GetFileName(file));
            await File.WriteAllBytesAsync(path, Unzip(await File.ReadAllBytesAsync(file)));
            await using var store = new SqliteObjectStore(new StorageOptions { Path = path });
            await store.OpenAsync();
            await SavedDocuments.RequireAsync(store);
        }
    }

    [Fact]
    public async Task ABackup_IsRestored()
    {
        await CorpusFiles.RequireAsync("state/backup-1.gz", WriteBackupAsync);
        foreach (var file in CorpusFiles.In("state").Where(file => Path.GetFileName(file).StartsWith("backup-", StringComparison.Ordinal)))
        {
            var options = new StorageOptions { Path = Path.Combine(directory, $"{Path.GetFileName(file)}.db") };
            await using (var stream = File.OpenRead(file))
            {
                await StoreBackup.RestoreAsync(stream, options, replace: false, TimeProvider.System);
            }

            await using var store = new SqliteObjectStore(options);
            await store.OpenAsync();
            await SavedDocuments.RequireAsync(store);
        }
    }

    [Fact]
    public async Task StepsOfTheFilesSchema_AreAddedAndNeverChanged()
    {
        var now = Lines("sqlite", SqliteSchema.Steps).ToList();
        await CorpusFiles.RequireAsync(Steps, () => Task.FromResult(Encoding.UTF8.GetBytes(string.Join('\n', now) + "\n")));

        // A file of an older version has run the older text: another text under its number would be another schema under its number.
        Assert.Subset(now.ToHashSet(), (await File.ReadAllLinesAsync(CorpusFiles.PathOf(Steps))).ToHashSet());
    }

    [Fact]
    public async Task AnAgentsDirective_IsLoaded()
    {
        await CorpusFiles.RequireAsync("state/directive-1", WriteDirectiveAsync);
        foreach (var file in CorpusFiles.In("state").Where(file => Path.GetFileName(file).StartsWith("directive-", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(directory, "directive"), overwrite: true);
            using var store = new DirectiveStore(directory);

            var snapshot = store.Load()!;

            Assert.Equal(["u1@12 {\"kind\":\"Pod\"}", "u2@14 {}"], snapshot.Pods.Select(pod => $"{pod.Uid}@{pod.Revision} {pod.Pod.ToStringUtf8()}"));
            Assert.Equal(["configmaps/default/c@13 {}"], snapshot.Objects.Select(one => $"{one.Key.Resource}/{one.Key.Namespace}/{one.Key.Name}@{one.Revision} {one.Document.ToStringUtf8()}"));
            Assert.Equal((1000u, 5000u, "https://10.0.0.1:6443"), (snapshot.Settings.HeartbeatMs, snapshot.Settings.LeaseMs, snapshot.Settings.Gateways.Single()));
            await store.KeepAsync(new NodeDirective { Changes = new Changes { RemovedPods = { "u2" } } }, CancellationToken.None);
        }
    }

    [Fact]
    public void Documents_AreReadAsTheyWereMeant()
    {
        Assert.Equal(new FencedPod(new ObjectKey("pods", "default", "web-0"), "u1"), Assert.Single(LedgerFence.Read(Document("_ledger/n1"))));

        var reminder = ReminderDocument.Read(Document("_reminders/0a1b2c3d/node/n1/look%20again"), "3");
        Assert.Equal(
            (GrainId.Parse("node/n1"), "look again", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), TimeSpan.FromMinutes(3), "3"),
            (reminder.GrainId, reminder.ReminderName, reminder.StartAt, reminder.Period, reminder.ETag));

        var gateway = new GatewayOptions { DataDirectory = directory };
        SharedKeys.Take(new StoredDocument(SharedKeys.StoreKey, 1, Document(SharedKeys.StoreKey)), gateway);
        Assert.Equal(
            ["admin.token admin", "ca.crt authority", "ca.key key", "join.token join"],
            Directory.GetFiles(gateway.PkiDirectory).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {File.ReadAllText(file).Trim()}"));

        var pod = new KubeObject(ObjectKey.Parse("pods/default/web-0"), 4, Document("pods/default/web-0"));
        Assert.Equal(("u1", "web"), (pod.Header.Uid, pod.Header.Labels["app"]));
    }

    private static ReadOnlyMemory<byte> Document(string key) => Encoding.UTF8.GetBytes(SavedDocuments.All.Single(item => item.Key == key).Document);

    private static IEnumerable<string> Lines(string store, IReadOnlyList<string> steps) =>
        steps.Select((step, index) => $"{store} {index + 1} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(step.ReplaceLineEndings("\n"))))}");

    private async Task<byte[]> WriteSqliteAsync()
    {
        var path = Path.Combine(directory, "written.db");
        await MakeAsync(path);
        return Zip(await File.ReadAllBytesAsync(path));
    }

    private async Task<byte[]> WriteBackupAsync()
    {
        var path = Path.Combine(directory, "backed-up.db");
        await MakeAsync(path);
        using var stream = new MemoryStream();
        await StoreBackup.WriteAsync(new StorageOptions { Path = path }, stream, TimeProvider.System);
        return stream.ToArray();
    }

    private async Task<byte[]> WriteDirectiveAsync()
    {
        using var store = new DirectiveStore(directory);
        await store.KeepAsync(
            new NodeDirective
            {
                Snapshot = new Snapshot
                {
                    Pods = { Order("u1", 11, "{}"), Order("u3", 9, "{}") },
                    Objects = { new ConfigObject { Key = new ConfigKey { Resource = "configmaps", Namespace = "default", Name = "c" }, Revision = 13, Document = ByteString.CopyFromUtf8("{}") } },
                    Settings = new Settings { HeartbeatMs = 1000, LeaseMs = 5000, Gateways = { "https://10.0.0.1:6443" } },
                },
            },
            CancellationToken.None);
        await store.KeepAsync(
            new NodeDirective { Changes = new Changes { Pods = { Order("u1", 12, "{\"kind\":\"Pod\"}"), Order("u2", 14, "{}") }, RemovedPods = { "u3" } } },
            CancellationToken.None);
        return await File.ReadAllBytesAsync(Path.Combine(directory, "directive"));
    }

    private static PodOrder Order(string uid, long revision, string pod) => new() { Uid = uid, Revision = revision, Pod = ByteString.CopyFromUtf8(pod) };

    private static async Task MakeAsync(string path)
    {
        await using var store = new SqliteObjectStore(new StorageOptions { Path = path });
        await store.OpenAsync();
        await SavedDocuments.WriteAsync(store);
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var zip = new GZipStream(output, CompressionLevel.SmallestSize))
        {
            zip.Write(bytes);
        }

        return output.ToArray();
    }

    private static byte[] Unzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using var zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        zip.CopyTo(output);
        return output.ToArray();
    }
}
