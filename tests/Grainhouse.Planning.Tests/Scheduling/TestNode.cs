using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Tests.Scheduling;

/// <summary>A Node of 4 CPUs, 8 GiB and 110 pods, but where a test says otherwise.</summary>
internal sealed record TestNode(string Name)
{
    public string Cpu { get; init; } = "4";

    public string Memory { get; init; } = "8Gi";

    public string Pods { get; init; } = "110";

    public string? EphemeralStorage { get; init; }

    public (string Name, string Amount)[] Extended { get; init; } = [];

    public (string Key, string Value)[] Labels { get; init; } = [];

    public (string Key, string Value, string Effect)[] Taints { get; init; } = [];

    public (string Name, long Bytes)[] Images { get; init; } = [];

    public bool Unschedulable { get; init; }

    public KubeObject At(long revision)
    {
        var labels = new JsonObject { ["kubernetes.io/hostname"] = Name };
        foreach (var (key, value) in Labels)
        {
            labels[key] = value;
        }

        var allocatable = new JsonObject { ["cpu"] = Cpu, ["memory"] = Memory, ["pods"] = Pods };
        if (EphemeralStorage is not null)
        {
            allocatable["ephemeral-storage"] = EphemeralStorage;
        }

        foreach (var (name, amount) in Extended)
        {
            allocatable[name] = amount;
        }

        var document = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = Name, ["uid"] = $"node-{Name}", ["labels"] = labels },
            ["spec"] = new JsonObject
            {
                ["unschedulable"] = Unschedulable,
                ["taints"] = new JsonArray([.. Taints.Select(taint => new JsonObject
                {
                    ["key"] = taint.Key, ["value"] = taint.Value, ["effect"] = taint.Effect,
                })]),
            },
            ["status"] = new JsonObject
            {
                ["allocatable"] = allocatable,
                ["images"] = new JsonArray([.. Images.Select(image => new JsonObject
                {
                    ["names"] = new JsonArray(image.Name), ["sizeBytes"] = image.Bytes,
                })]),
            },
        };
        return KubeObject.From(ResourceCatalog.Nodes.Key(null, Name), revision, document);
    }
}
