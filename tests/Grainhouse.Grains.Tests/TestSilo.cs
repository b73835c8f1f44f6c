using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage;
using Grainhouse.Testing.Network;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Tests;

/// <summary>A silo with its store in a directory of its own, without doors: what grains do is asked of grains.</summary>
public sealed class TestSilo : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("grainhouse-test-").FullName;
    private IHost host = null!;

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public IObjectCache Cache => host.Services.GetRequiredService<IObjectCache>();

    public IObjectStore Store => host.Services.GetRequiredService<IObjectStore>();

    public async Task InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSqliteStorage(new StorageOptions { Path = Path.Combine(directory, "store.db") });
        builder.Services.AddHostedService<StorageService>();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort.Next(), gatewayPort: 0));
        builder.Services.AddGrains(_ => new GrainOptions());
        host = builder.Build();
        await host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    public IObjectGrain Object(ObjectKey key) => Grains.GetGrain<IObjectGrain>(key.ToString());

    public Task<ObjectResult> CreateAsync(ObjectKey key, string json) =>
        Object(key).CreateAsync(Encoding.UTF8.GetBytes(json), new WriteOptions());

    /// <summary>Makes a node that no agent looks after.</summary>
    public async Task AddNodeAsync(string name, string cpu)
    {
        var key = new ObjectKey("nodes", "", name);
        await CreateAsync(key, $$$$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{{{name}}}}}"}}""");
        var status = $$$$$"""{"status":{"allocatable":{"cpu":"{{{{{cpu}}}}}","memory":"8Gi","pods":"110"},"capacity":{"cpu":"{{{{{cpu}}}}}","memory":"8Gi","pods":"110"}}}""";
        await Object(key).PatchAsync(PatchType.Merge, Encoding.UTF8.GetBytes(status), new WriteOptions { Subresource = "status" });
    }

    /// <summary>Waits until objects of a resource in a namespace are as asked; fails with what they are when they do not become so.</summary>
    public async Task<ObjectList> WaitAsync(string resource, string @namespace, Func<ObjectList, bool> done)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var revision = Cache.Revision;
        var list = Cache.List(resource, @namespace);
        if (done(list))
        {
            return list;
        }

        try
        {
            await foreach (var _ in Cache.WatchAsync(revision, resource, @namespace, timeout.Token))
            {
                list = Cache.List(resource, @namespace);
                if (done(list))
                {
                    return list;
                }
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
        }

        throw new TimeoutException($"{resource} in {@namespace} did not become as expected: {string.Join("; ", list.Items.Select(item => Encoding.UTF8.GetString(item.ToJson())))}");
    }

    /// <summary>A field of a document, by its path.</summary>
    public static JsonNode? Field(KubeObject item, params string[] path) =>
        path.Aggregate<string, JsonNode?>(item.ToMutable(), (node, name) => node?[name]);

    private sealed class StorageService(IStorageStartup storage) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => storage.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
