using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Checks;
using Grainhouse.Simulation.Engine;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Clients;

/// <summary>Users: they create, scale, update and delete, through whichever silo, and try again when it fails.</summary>
internal sealed class ClientActs(EventLoop loop, SimulatedCluster cluster, SimulationOptions options, Timeline timeline, int seed)
{
    /// <summary>What a pod asks for.</summary>
    public const int PodMillis = 150;

    private readonly Process users = new(loop, "users");
    private readonly Random random = new(seed ^ 0xc11e);
    private DateTimeOffset end;

    /// <summary>Creates the Deployments, and changes them until the end.</summary>
    public void Start()
    {
        end = loop.Now + options.Duration;
        users.Run(() =>
        {
            for (var number = 0; number < options.Deployments; number++)
            {
                _ = CreateAsync($"web{number}");
            }

            _ = ActAsync();
        });
    }

    private async Task ActAsync()
    {
        while (true)
        {
            await Task.Delay(options.ActInterval * (2 * random.NextDouble()), users.Clock);
            if (loop.Now >= end)
            {
                return;
            }

            var name = $"web{random.Next(options.Deployments)}";
            switch (random.Next(10))
            {
                case < 3:
                    await PatchAsync(name, new JsonObject { ["replicas"] = Replicas() });
                    break;
                case < 7:
                    await PatchAsync(name, new JsonObject { ["template"] = new JsonObject { ["spec"] = Containers() } });
                    break;
                case < 9:
                    await DeletePodAsync();
                    break;
                default:
                    await TryAsync($"delete {name}", grain => grain.DeleteAsync(new DeletionOptions()), Key(name));
                    await CreateAsync(name);
                    break;
            }
        }
    }

    private async Task CreateAsync(string name)
    {
        var document = Document(name);
        while (!await TryAsync($"create {name}", grain => grain.CreateAsync(Bytes(document), new WriteOptions()), Key(name)))
        {
            await Task.Delay(TimeSpan.FromSeconds(1), users.Clock);
        }
    }

    private Task<bool> PatchAsync(string name, JsonObject spec)
    {
        var patch = new JsonObject { ["spec"] = spec };
        return TryAsync($"patch {name} {spec.ToJsonString()}", grain => grain.PatchAsync(PatchType.StrategicMerge, Bytes(patch), new WriteOptions()), Key(name));
    }

    private async Task DeletePodAsync()
    {
        var pods = cluster.Store.Of("pods").Select(pod => pod.Key).OrderBy(key => key.Name, StringComparer.Ordinal).ToList();
        if (pods.Count > 0)
        {
            var pod = pods[random.Next(pods.Count)];
            await TryAsync($"delete {pod}", grain => grain.DeleteAsync(new DeletionOptions()), pod);
        }
    }

    // True: it is as it was asked for.
    private async Task<bool> TryAsync(string what, Func<IObjectGrain, Task<ObjectResult>> act, ObjectKey key)
    {
        if (cluster.Silos.Count == 0)
        {
            return false;
        }

        try
        {
            var silo = cluster.Silos[random.Next(cluster.Silos.Count)];
            var result = await act(silo.GrainFactory.GetGrain<IObjectGrain>(key.ToString()));
            timeline.Note($"client: {what}: {result.Error?.Reason ?? "done"}");
            return result.Error is null or { Reason: "AlreadyExists" };
        }
        catch (Exception error) when (error is OrleansException or TimeoutException or StoreUnavailableException)
        {
            timeline.Note($"client: {what}: {error.Message}");
            return false;
        }
    }

    private int Replicas() => random.Next(options.MostReplicas + 1);

    private JsonObject Containers() => new()
    {
        ["containers"] = new JsonArray(new JsonObject
        {
            ["name"] = "web",
            ["image"] = $"web:{random.Next(1, 6)}",
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = $"{PodMillis}m" } },
        }),
    };

    private JsonObject Document(string name)
    {
        var spec = Containers();
        spec["terminationGracePeriodSeconds"] = 2;
        spec["tolerations"] = new JsonArray(Toleration("not-ready"), Toleration("unreachable"));
        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
            ["spec"] = new JsonObject
            {
                ["replicas"] = Replicas(),
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
                ["strategy"] = new JsonObject
                {
                    ["type"] = "RollingUpdate",
                    ["rollingUpdate"] = new JsonObject { ["maxSurge"] = RolloutChecks.Surge, ["maxUnavailable"] = RolloutChecks.Unavailable },
                },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                    ["spec"] = spec,
                },
            },
        };
    }

    // Shorter than Kubernetes' five minutes, so that a short run sees pods being replaced.
    private static JsonObject Toleration(string taint) => new()
    {
        ["key"] = $"node.kubernetes.io/{taint}",
        ["operator"] = "Exists",
        ["effect"] = "NoExecute",
        ["tolerationSeconds"] = 8,
    };

    private static ObjectKey Key(string name) => ResourceCatalog.Deployments.Key("default", name);

    private static ReadOnlyMemory<byte> Bytes(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString());
}
