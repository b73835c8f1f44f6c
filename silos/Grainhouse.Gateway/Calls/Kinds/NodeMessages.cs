using System.Text.Json;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Gateway.Calls.Kinds;

/// <summary>Nodes as messages.</summary>
internal static class NodeMessages
{
    /// <summary>A node.</summary>
    public static Node Make(JsonElement root)
    {
        var status = root.At("status");
        var info = status.At("nodeInfo");
        var message = new Node
        {
            Metadata = MetadataMessages.Make(root.At("metadata")),
            Unschedulable = root.At("spec", "unschedulable").IsTrue(),
            KubeletVersion = info.At("kubeletVersion").Text(),
            OsImage = info.At("osImage").Text(),
            Architecture = info.At("architecture").Text(),
            ContainerRuntimeVersion = info.At("containerRuntimeVersion").Text(),
        };
        foreach (var taint in root.At("spec", "taints").Items())
        {
            message.Taints.Add(new Taint { Key = taint.At("key").Text(), Value = taint.At("value").Text(), Effect = taint.At("effect").Text() });
        }

        foreach (var address in status.At("addresses").Items())
        {
            message.Addresses.Add(new NodeAddress { Type = address.At("type").Text(), Address = address.At("address").Text() });
        }

        MetadataMessages.AddTo(message.Capacity, status.At("capacity"));
        MetadataMessages.AddTo(message.Allocatable, status.At("allocatable"));
        message.Conditions.AddRange(MetadataMessages.Conditions(status));
        return message;
    }
}
