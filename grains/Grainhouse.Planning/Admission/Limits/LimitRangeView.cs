using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission.Limits;

/// <summary>One item of a LimitRange's <c>spec.limits</c>.</summary>
/// <param name="Type"><c>Container</c>, <c>Pod</c> or <c>PersistentVolumeClaim</c>.</param>
/// <param name="Min">The least of each resource.</param>
/// <param name="Max">The most of each resource.</param>
/// <param name="Default">The limits of containers that have none.</param>
/// <param name="DefaultRequest">The requests of containers that have none.</param>
/// <param name="MaxRatio">How many times its request a limit may be.</param>
internal sealed record LimitItem(
    string Type, ResourceAmounts Min, ResourceAmounts Max, ResourceAmounts Default, ResourceAmounts DefaultRequest, ResourceAmounts MaxRatio);

/// <summary>What admission looks at in a LimitRange, read once per revision.</summary>
internal sealed class LimitRangeView
{
    private static readonly Func<KubeObject, LimitRangeView> Reader = range => new LimitRangeView(range);

    private LimitRangeView(KubeObject range) =>
        Items = [.. range.ToMutable().Object("spec").Items("limits").Select(entry => Read(entry.Item))];

    public ImmutableArray<LimitItem> Items { get; }

    public static LimitRangeView Of(KubeObject range) => range.View(Reader);

    private static LimitItem Read(JsonObject item) => new(
        item.Text("type") ?? "",
        ResourceAmounts.Read(item.Object("min")),
        ResourceAmounts.Read(item.Object("max")),
        ResourceAmounts.Read(item.Object("default")),
        ResourceAmounts.Read(item.Object("defaultRequest")),
        ResourceAmounts.Read(item.Object("maxLimitRequestRatio")));
}
