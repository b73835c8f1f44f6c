using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Gateway.Calls;

/// <summary>What an eviction is asked with.</summary>
internal static class EvictionBody
{
    /// <summary>The policy/v1 Eviction of a call.</summary>
    public static byte[] Write(EvictRequest request)
    {
        var deletion = new DeleteRequest { Uid = request.Uid, ResourceVersion = request.ResourceVersion, DryRun = request.DryRun };
        if (request.HasGracePeriodSeconds)
        {
            deletion.GracePeriodSeconds = request.GracePeriodSeconds;
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["apiVersion"] = "policy/v1",
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = request.Pod, ["namespace"] = request.Namespace },
            ["deleteOptions"] = DeleteBody.Make(deletion),
        });
    }
}
