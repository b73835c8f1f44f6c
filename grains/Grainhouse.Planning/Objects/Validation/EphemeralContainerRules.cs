using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Containers that are added to a pod that exists, to look into it. After upstream's <c>validateEphemeralContainers</c> and <c>ValidatePodEphemeralContainersUpdate</c>.</summary>
internal static class EphemeralContainerRules
{
    /// <summary>The only way to them.</summary>
    public const string Subresource = "ephemeralcontainers";

    private const string NotForThem = "cannot be set for an Ephemeral Container";

    /// <summary>What nothing that others rely on may need: a pod does not wait for these containers, and they are not started again.</summary>
    private static readonly string[] Forbidden =
        ["ports", "resources", "resizePolicy", "restartPolicy", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"];

    public static void Validate(JsonArray? containers, FieldPath path, PodScope scope, FieldErrors errors)
    {
        // Every write of a pod or a template comes here, and next to none has any.
        if (containers is null)
        {
            return;
        }

        HashSet<string> targets = [.. scope.Containers];
        for (var i = 0; i < containers.Count; i++)
        {
            if (containers[i] is JsonObject container)
            {
                Validate(container, path.Index(i), scope, targets, errors);
            }
        }
    }

    public static void ValidateCreate(JsonObject? spec, FieldErrors errors)
    {
        if (spec.Array("ephemeralContainers") is { Count: > 0 })
        {
            errors.Forbidden(FieldPath.Spec.Child("ephemeralContainers"), "cannot be set on create");
        }
    }

    /// <summary>They are added, and then are as they are.</summary>
    public static void ValidateUpdate(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("ephemeralContainers");
        foreach (var before in old.Array("ephemeralContainers") ?? [])
        {
            var name = (before as JsonObject).Text("name");
            var now = spec.Array("ephemeralContainers")?.FirstOrDefault(container => (container as JsonObject).Text("name") == name);
            if (now is null)
            {
                errors.Forbidden(path, $"existing ephemeral containers {GoWords.Quote(name ?? "")} may not be removed\n");
            }
            else if (!JsonTree.Equal(now, before))
            {
                errors.Forbidden(path, $"existing ephemeral containers {GoWords.Quote(name ?? "")} may not be changed\n");
            }
        }
    }

    private static void Validate(JsonObject container, FieldPath path, PodScope scope, HashSet<string> targets, FieldErrors errors)
    {
        ContainerRules.Common(container, path, scope, errors);
        if (container.Text("targetContainerName") is { Length: > 0 } target && !targets.Contains(target))
        {
            errors.NotFound(path.Child("targetContainerName"), target);
        }

        foreach (var name in Forbidden)
        {
            if (container[name] is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 }))
            {
                errors.Forbidden(path.Child(name), NotForThem);
            }
        }

        var mounts = container.Array("volumeMounts") ?? [];
        for (var i = 0; i < mounts.Count; i++)
        {
            foreach (var name in (ReadOnlySpan<string>)["subPath", "subPathExpr"])
            {
                if ((mounts[i] as JsonObject).Text(name) is { Length: > 0 })
                {
                    errors.Forbidden(path.Child("volumeMounts").Index(i).Child(name), NotForThem);
                }
            }
        }
    }
}
