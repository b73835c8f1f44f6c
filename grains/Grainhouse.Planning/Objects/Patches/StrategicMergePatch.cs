using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Objects.Patches;

/// <summary>Kubernetes' strategic merge patch.</summary>
internal static class StrategicMergePatch
{
    public static PatchResult Apply(ResourceDescriptor resource, JsonObject target, JsonObject patch) =>
        new(MergePatch.Apply(target, patch), null);
}
