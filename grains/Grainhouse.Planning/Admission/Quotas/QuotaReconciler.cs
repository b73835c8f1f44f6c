using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>Shows in a ResourceQuota's status what its namespace uses. Admission counts for itself and does not read it.</summary>
public static class QuotaReconciler
{
    /// <summary>Decides what to do now.</summary>
    /// <param name="cache">The objects; read in one go, and no older than the quota.</param>
    /// <param name="key">The ResourceQuota's key.</param>
    /// <param name="now">The time.</param>
    public static ReconcilePlan Decide(IObjectCache cache, ObjectKey key, DateTimeOffset now)
    {
        if (cache.Get(key) is not { } quota)
        {
            return ReconcilePlan.Nothing;
        }

        var use = QuotaUse.Count(cache, QuotaView.Of(quota), now);
        var document = quota.ToMutable();
        var status = new JsonObject
        {
            ["hard"] = document.Object("spec").Object("hard")?.DeepClone() ?? new JsonObject(),
            ["used"] = use.Used.Select(amount => KeyValuePair.Create(amount.Key, amount.Value.ToString())).ToJson(),
        };
        if (JsonNode.DeepEquals(document.Object("status"), status))
        {
            return new ReconcilePlan([], use.ChangesAt);
        }

        document["status"] = status;
        return new ReconcilePlan([new ReconcileAction.Replace(key, quota.Revision, document, "status")], use.ChangesAt);
    }
}
