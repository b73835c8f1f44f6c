using System.Collections.Frozen;

namespace Grainhouse.Gateway.Tables;

/// <summary>The tables of all kinds.</summary>
internal static partial class TablePrinters
{
    private static readonly TablePrinter Plain = new(
        [TableColumn.ObjectName, TableColumn.Age],
        (json, item, now) =>
        {
            json.WriteStringValue(item.Name());
            json.WriteStringValue(item.Age(now));
        });

    private static readonly FrozenDictionary<string, TablePrinter> ByResource = new Dictionary<string, TablePrinter>
    {
        ["pods"] = Pods,
        ["nodes"] = Nodes,
        ["namespaces"] = Namespaces,
        ["services"] = Services,
        ["endpoints"] = Endpoints,
        ["configmaps"] = ConfigMaps,
        ["secrets"] = Secrets,
        ["serviceaccounts"] = ServiceAccounts,
        ["events"] = Events,
        ["deployments.apps"] = Deployments,
        ["replicasets.apps"] = ReplicaSets,
        ["leases.coordination.k8s.io"] = Leases,
        ["endpointslices.discovery.k8s.io"] = EndpointSlices,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The table of a kind; of one without its own, name and age.</summary>
    public static TablePrinter Find(string qualifiedName) => ByResource.GetValueOrDefault(qualifiedName, Plain);
}
