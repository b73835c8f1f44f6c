using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>One scope of a ResourceQuota: <c>spec.scopes</c> says them by name, <c>spec.scopeSelector</c> with an operator.</summary>
/// <param name="Name">As in <c>PriorityClass</c>.</param>
/// <param name="Operator"><c>Exists</c>, <c>DoesNotExist</c>, <c>In</c> or <c>NotIn</c>.</param>
/// <param name="Values">What <c>In</c> and <c>NotIn</c> compare with.</param>
internal sealed record QuotaScope(string Name, string Operator, ImmutableArray<string> Values);

/// <summary>What is looked at in a ResourceQuota, read once per revision.</summary>
internal sealed class QuotaView
{
    private static readonly Func<KubeObject, QuotaView> Reader = quota => new QuotaView(quota);

    private QuotaView(KubeObject quota)
    {
        Object = quota;
        var spec = quota.ToMutable().Object("spec");
        Hard = ResourceAmounts.Read(spec.Object("hard"));
        NamesByKind = Hard.Keys.ToLookup(QuotaNames.KindOf);
        Scopes =
        [
            .. spec.Texts("scopes").Select(scope => new QuotaScope(scope.Text, "Exists", [])),
            .. spec.Object("scopeSelector").Items("matchExpressions").Select(entry => Scope(entry.Item)),
        ];
    }

    /// <summary>The quota.</summary>
    public KubeObject Object { get; }

    /// <summary>Its name.</summary>
    public string Name => Object.Key.Name;

    /// <summary><c>spec.hard</c>.</summary>
    public ResourceAmounts Hard { get; }

    /// <summary>The names of <see cref="Hard"/> by the kind whose objects they count; null for those that nothing counts.</summary>
    public ILookup<string?, string> NamesByKind { get; }

    /// <summary>All must hold for an object to be counted.</summary>
    public ImmutableArray<QuotaScope> Scopes { get; }

    /// <summary>The view of a quota, made on first use.</summary>
    public static QuotaView Of(KubeObject quota) => quota.View(Reader);

    /// <summary>Whether the quota counts an object.</summary>
    public bool Counts(ObjectUsage usage) => NamesByKind.Contains(usage.Kind) && Scopes.All(usage.IsIn);

    private static QuotaScope Scope(JsonObject expression) => new(
        expression.Text("scopeName") ?? "", expression.Text("operator") ?? "", [.. expression.Texts("values").Select(value => value.Text)]);
}
