using System.Text.Json;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Gateway.Calls.Kinds;

/// <summary>Deployments as messages.</summary>
internal static class DeploymentMessages
{
    /// <summary>A deployment.</summary>
    public static Deployment Make(JsonElement root)
    {
        var spec = root.At("spec");
        var status = root.At("status");
        var message = new Deployment
        {
            Metadata = MetadataMessages.Make(root.At("metadata")),
            Replicas = (int)spec.At("replicas").Number(),
            Strategy = spec.At("strategy", "type").Text(),
            Paused = spec.At("paused").IsTrue(),
            ObservedGeneration = status.At("observedGeneration").Number(),
            CurrentReplicas = (int)status.At("replicas").Number(),
            UpdatedReplicas = (int)status.At("updatedReplicas").Number(),
            ReadyReplicas = (int)status.At("readyReplicas").Number(),
            AvailableReplicas = (int)status.At("availableReplicas").Number(),
            UnavailableReplicas = (int)status.At("unavailableReplicas").Number(),
        };
        MetadataMessages.AddTo(message.MatchLabels, spec.At("selector", "matchLabels"));
        message.Containers.AddRange(PodMessages.Containers(spec.At("template", "spec"), "containers"));
        message.Conditions.AddRange(MetadataMessages.Conditions(status));
        return message;
    }
}
