using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Secrets: <c>stringData</c> is for writing only.</summary>
internal sealed class SecretRules : KindRules
{
    public override void Default(JsonObject root)
    {
        if (string.IsNullOrEmpty(root.Text("type")))
        {
            root["type"] = "Opaque";
        }

        if (root.Remove("stringData", out var node) && node is JsonObject { Count: > 0 } texts)
        {
            var data = root.Child("data");
            foreach (var (key, value) in texts)
            {
                data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
            }
        }
    }

    public override void Validate(JsonObject root, FieldErrors errors) => DataRules.Secret(root, errors);

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
        if (root.Text("type") is { } type && type != old.Text("type"))
        {
            errors.Invalid(FieldPath.Root("type"), type, "field is immutable");
        }

        DataRules.ValidateUpdate(root, old, errors);
    }
}
