using System.Collections.Frozen;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Which rules belong to which kind.</summary>
internal static class KindTable
{
    private static readonly FrozenDictionary<string, KindRules> Kinds = new Dictionary<string, KindRules>
    {
        ["pods"] = new PodRules(),
        ["namespaces"] = new NamespaceRules(),
        ["nodes"] = new NodeRules(),
        ["services"] = new ServiceKindRules(),
        ["endpoints"] = new EndpointsRules(),
        ["configmaps"] = new ConfigMapRules(),
        ["secrets"] = new SecretRules(),
        ["events"] = new EventRules(),
        ["deployments.apps"] = new DeploymentRules(),
        ["replicasets.apps"] = new ReplicaSetRules(),
        ["leases.coordination.k8s.io"] = new LeaseRules(),
        ["endpointslices.discovery.k8s.io"] = new EndpointSliceRules(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static KindRules Find(string qualifiedName) => Kinds.GetValueOrDefault(qualifiedName, KindRules.Plain);
}
