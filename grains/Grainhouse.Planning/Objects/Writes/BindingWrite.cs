using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>The <c>binding</c> subresource: gives a pod its node, once.</summary>
internal static class BindingWrite
{
    private static readonly ResourceDescriptor Binding = new("", "v1", "Binding", "bindings", true) { Schema = "io.k8s.api.core.v1.Binding" };

    private static readonly ResourceDescriptor PodBinding = new("", "v1", "Binding", "pods/binding", true);

    public static WriteDecision Decide(
        ResourceDescriptor resource, KubeObject current, ReadOnlySpan<byte> document, WriteOptions options, RuleContext context)
    {
        var decoded = DocumentDecoder.Decode(Binding, document, options.FieldValidation);
        if (decoded.Error is not null)
        {
            return new WriteDecision.Reject(decoded.Error);
        }

        var binding = decoded.Document;
        var pod = current.ToTree(resource, out var managedFields);
        if (Refuse(resource, current, pod, binding) is { } refused)
        {
            return new WriteDecision.Reject(refused) { Warnings = decoded.Warnings };
        }

        Bind(pod, binding, Timestamps.Text(context.Now));
        return new WriteDecision.Commit(pod.ToObject(current.Key, managedFields)) { Warnings = decoded.Warnings };
    }

    private static ApiStatus? Refuse(ResourceDescriptor resource, KubeObject current, JsonObject pod, JsonObject binding)
    {
        var name = current.Key.Name;
        var metadata = binding.Object("metadata");
        if (SystemMetadata.NameMismatch(current.Key, metadata) is { } mismatch)
        {
            return mismatch;
        }

        var errors = new FieldErrors();
        var target = binding.Object("target");
        if (target.Text("kind") is { Length: > 0 } kind && kind != "Node")
        {
            errors.NotSupported(FieldPath.Root("target").Child("kind"), kind, ["Node", "<empty>"]);
        }

        if (string.IsNullOrEmpty(target.Text("name")))
        {
            errors.Required(FieldPath.Root("target").Child("name"));
        }

        if (errors.Any)
        {
            return ApiStatus.Invalid(Binding, name, errors.Causes);
        }

        if (metadata.Text("uid") is { Length: > 0 } uid && uid != current.Header.Uid)
        {
            return ApiStatus.Conflict(resource, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Header.Uid}");
        }

        if (Preconditions.Revision(resource, current, metadata.Text("resourceVersion"), needed: false) is { } stale)
        {
            return stale;
        }

        return WhyNot(pod, name) is { } why ? ApiStatus.Conflict(PodBinding, name, why) : null;
    }

    private static string? WhyNot(JsonObject pod, string name)
    {
        var spec = pod.Object("spec");
        if (pod.Object("metadata").Has("deletionTimestamp"))
        {
            return $"pod {name} is being deleted, cannot be assigned to a host";
        }

        if (spec.Text("nodeName") is { Length: > 0 } node)
        {
            return $"pod {name} is already assigned to node \"{node}\"";
        }

        return spec.Array("schedulingGates") is { Count: > 0 } ? $"pod {name} has non-empty .spec.schedulingGates" : null;
    }

    private static void Bind(JsonObject pod, JsonObject binding, string now)
    {
        pod.Child("spec")["nodeName"] = binding.Object("target").Text("name");
        foreach (var part in (ReadOnlySpan<string>)["annotations", "labels"])
        {
            if (binding.Object("metadata").Object(part) is { Count: > 0 } given)
            {
                var kept = pod.Child("metadata").Child(part);
                foreach (var (key, value) in given)
                {
                    kept[key] = value?.DeepClone();
                }
            }
        }

        SetScheduled(pod.Child("status"), now);
    }

    private static void SetScheduled(JsonObject status, string now)
    {
        if (status.Array("conditions") is not { } conditions)
        {
            status["conditions"] = conditions = [];
        }

        var scheduled = new JsonObject
        {
            ["type"] = "PodScheduled", ["status"] = "True", ["lastTransitionTime"] = now,
        };
        for (var i = 0; i < conditions.Count; i++)
        {
            if ((conditions[i] as JsonObject).Text("type") == "PodScheduled")
            {
                conditions[i] = scheduled;
                return;
            }
        }

        conditions.Add(scheduled);
    }
}
