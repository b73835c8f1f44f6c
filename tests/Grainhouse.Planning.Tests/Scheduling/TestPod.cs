using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Tests.Scheduling;

/// <summary>A Pod of one container without requests, but where a test says otherwise.</summary>
internal sealed record TestPod(string Name)
{
    public string? Uid { get; init; }

    public string Cpu { get; init; } = "";

    public string Memory { get; init; } = "";

    public (string Name, string Amount)[] Requests { get; init; } = [];

    public string Image { get; init; } = "busybox";

    public string Node { get; init; } = "";

    public string SchedulerName { get; init; } = "default-scheduler";

    public string Phase { get; init; } = "Pending";

    public string Controller { get; init; } = "";

    public int Priority { get; init; }

    public int HostPort { get; init; }

    public int CreatedAtSecond { get; init; }

    public bool Deleting { get; init; }

    public bool Gated { get; init; }

    public bool Started { get; init; }

    /// <summary>JSON of parts of the spec, as in <c>{"nodeSelector":{"disk":"ssd"}}</c>.</summary>
    public string Spec { get; init; } = "{}";

    /// <summary>The message of a PodScheduled condition with status False.</summary>
    public string? Unschedulable { get; init; }

    public string ActualUid => Uid ?? $"uid-{Name}";

    public ObjectKey Key => ResourceCatalog.Pods.Key("default", Name);

    public KubeObject At(long revision)
    {
        var metadata = new JsonObject
        {
            ["name"] = Name,
            ["namespace"] = "default",
            ["uid"] = ActualUid,
            ["creationTimestamp"] = DateTimeOffset.UnixEpoch.AddSeconds(CreatedAtSecond).ToString("yyyy-MM-ddTHH:mm:ssZ"),
        };
        if (Deleting)
        {
            metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        }

        if (Controller.Length > 0)
        {
            metadata["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = "apps/v1", ["kind"] = "ReplicaSet", ["name"] = "rs", ["uid"] = Controller, ["controller"] = true,
            });
        }

        var document = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = SpecOf(),
            ["status"] = StatusOf(),
        };
        return KubeObject.From(Key, revision, document);
    }

    private JsonObject SpecOf()
    {
        var spec = JsonNode.Parse(Spec)!.AsObject();
        spec["schedulerName"] = SchedulerName;
        if (Node.Length > 0)
        {
            spec["nodeName"] = Node;
        }

        if (Priority != 0)
        {
            spec["priority"] = Priority;
        }

        if (Gated)
        {
            spec["schedulingGates"] = new JsonArray(new JsonObject { ["name"] = "example.com/wait" });
        }

        spec["containers"] ??= new JsonArray(ContainerOf());
        return spec;
    }

    private JsonObject ContainerOf()
    {
        var requests = new JsonObject();
        foreach (var (name, amount) in (ReadOnlySpan<(string, string)>)[("cpu", Cpu), ("memory", Memory), .. Requests])
        {
            if (amount.Length > 0)
            {
                requests[name] = amount;
            }
        }

        var container = new JsonObject
        {
            ["name"] = "main", ["image"] = Image, ["resources"] = new JsonObject { ["requests"] = requests },
        };
        if (HostPort > 0)
        {
            container["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 80, ["hostPort"] = HostPort });
        }

        return container;
    }

    private JsonObject StatusOf()
    {
        var status = new JsonObject { ["phase"] = Phase };
        if (Started)
        {
            status["startTime"] = "2026-01-01T00:00:00Z";
        }

        if (Unschedulable is not null)
        {
            status["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "Ready", ["status"] = "False", ["message"] = "other" },
                new JsonObject
                {
                    ["message"] = Unschedulable, ["reason"] = "Unschedulable", ["status"] = "False", ["type"] = "PodScheduled",
                });
        }

        return status;
    }
}
