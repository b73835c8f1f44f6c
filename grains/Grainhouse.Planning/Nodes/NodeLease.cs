using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Nodes;

/// <summary>Makes the Lease object of a node, which goes with the Node that owns it.</summary>
internal static class NodeLease
{
    /// <summary>The creation of a node's lease.</summary>
    public static ReconcileAction.Create Create(NodeInput input, KubeObject node)
    {
        var key = NodeLeases.Key(input.Name);
        return new ReconcileAction.Create(key, new JsonObject
        {
            ["apiVersion"] = ResourceCatalog.Leases.ApiVersion,
            ["kind"] = ResourceCatalog.Leases.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = key.Name,
                ["namespace"] = key.Namespace,
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = ResourceCatalog.Nodes.ApiVersion,
                    ["kind"] = ResourceCatalog.Nodes.Kind,
                    ["name"] = input.Name,
                    ["uid"] = node.Header.Uid,
                }),
            },
            ["spec"] = new JsonObject
            {
                ["holderIdentity"] = input.Name,
                ["leaseDurationSeconds"] = (long)Math.Max(1, Math.Ceiling(input.Lease.TotalSeconds)),
                ["renewTime"] = NodeLeases.TimeText(input.LastHeard),
            },
        });
    }
}
