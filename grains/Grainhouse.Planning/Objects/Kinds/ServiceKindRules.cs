using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Services: what the cluster allocated for one stays its own.</summary>
internal sealed class ServiceKindRules : KindRules
{
    public override void ValidateName(FieldPath path, string name, FieldErrors errors) => NameRules.Service(path, name, errors);

    public override void Default(JsonObject root) => ServiceDefaults.Apply(root.Child("spec"));

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };

    public override void PrepareUpdate(JsonObject root, JsonObject old)
    {
        var spec = root.Child("spec");
        var oldSpec = old.Object("spec");
        if (spec.Text("type") == "ExternalName" || oldSpec.Text("type") == "ExternalName")
        {
            return;
        }

        foreach (var name in (ReadOnlySpan<string>)["clusterIP", "clusterIPs"])
        {
            if (!spec.Has(name) && oldSpec.Has(name))
            {
                spec.TakeFrom(oldSpec, name);
            }
        }

        if (spec.Text("type") is "NodePort" or "LoadBalancer")
        {
            NodePorts(spec.Array("ports"), oldSpec.Array("ports"));
        }
    }

    public override void Validate(JsonObject root, FieldErrors errors) => ServiceRules.Validate(root.Child("spec"), errors);

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) =>
        ServiceRules.ValidateUpdate(root.Child("spec"), old.Child("spec"), errors);

    private static void NodePorts(JsonArray? ports, JsonArray? old)
    {
        foreach (var item in ports ?? [])
        {
            if (item is not JsonObject port || port.Number("nodePort") is > 0)
            {
                continue;
            }

            var same = old?.OfType<JsonObject>().FirstOrDefault(
                there => there.Number("port") == port.Number("port") && there.Text("protocol") == port.Text("protocol"));
            if (same.Has("nodePort"))
            {
                port.TakeFrom(same, "nodePort");
            }
        }
    }
}
