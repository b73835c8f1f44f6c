using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Taints of a node.</summary>
internal static class TaintRules
{
    private static readonly string[] Effects = ["NoExecute", "NoSchedule", "PreferNoSchedule"];

    public static void Validate(JsonArray? taints, FieldErrors errors)
    {
        var seen = new HashSet<(string, string)>();
        for (var i = 0; i < (taints?.Count ?? 0); i++)
        {
            var taint = taints![i] as JsonObject;
            var path = FieldPath.Spec.Child("taints").Index(i);
            var key = taint.Text("key") ?? "";
            var effect = taint.Text("effect") ?? "";
            if (LabelSyntax.WhyNotKey(key) is { } why)
            {
                errors.Invalid(path.Child("key"), key, why);
            }

            if (LabelSyntax.WhyNotValue(taint.Text("value") ?? "") is { } whyNot)
            {
                errors.Invalid(path.Child("value"), taint.Text("value")!, whyNot);
            }

            if (effect.Length == 0)
            {
                errors.Required(path.Child("effect"));
            }
            else if (Array.IndexOf(Effects, effect) < 0)
            {
                errors.NotSupported(path.Child("effect"), effect, Effects);
            }

            if (!seen.Add((key, effect)))
            {
                errors.DuplicateRaw(path, $"core.Taint{{Key:{GoWords.Quote(key)}, Value:{GoWords.Quote(taint.Text("value") ?? "")}, Effect:{GoWords.Quote(effect)}, TimeAdded:<nil>}}");
            }
        }
    }
}
