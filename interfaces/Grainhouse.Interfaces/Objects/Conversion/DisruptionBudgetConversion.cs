using System.Text.Json.Nodes;

namespace Grainhouse.Interfaces.Objects.Conversion;

/// <summary>policy/v1beta1 PodDisruptionBudgets, in which an empty selector selects nothing, while in v1 it selects everything.</summary>
/// <remarks>What one version cannot say is said by a selector on a label that no pod has, as upstream does.</remarks>
internal sealed class DisruptionBudgetConversion : VersionConversion
{
    private const string NobodysLabel = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match";

    protected override void Store(JsonObject document) => Exchange(document, empty: "Exists", other: "DoesNotExist");

    protected override void Serve(JsonObject document) => Exchange(document, empty: "DoesNotExist", other: "Exists");

    private static void Exchange(JsonObject document, string empty, string other)
    {
        if (document["spec"] is not JsonObject spec || spec["selector"] is not JsonObject selector)
        {
            return;
        }

        if (selector.Count == 0)
        {
            spec["selector"] = OfNobody(empty);
        }
        else if (JsonNode.DeepEquals(selector, OfNobody(other)))
        {
            spec["selector"] = new JsonObject();
        }
    }

    private static JsonObject OfNobody(string @operator) =>
        new() { ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = NobodysLabel, ["operator"] = @operator }) };
}
