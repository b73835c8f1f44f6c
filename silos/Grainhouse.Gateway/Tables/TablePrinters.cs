using System.Collections.Frozen;

namespace Grainhouse.Gateway.Tables;

/// <summary>The tables of all kinds.</summary>
internal static partial class TablePrinters
{
    // What upstream shows of kinds that have no printer: roles, limit ranges, custom resource definitions.
    private static readonly TablePrinter Plain = TablePrinter.Of(TableCell.Name, TableCell.CreatedAt);

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
        ["persistentvolumes"] = PersistentVolumes,
        ["persistentvolumeclaims"] = PersistentVolumeClaims,
        ["replicationcontrollers"] = ReplicationControllers,
        ["podtemplates"] = PodTemplates,
        ["resourcequotas"] = ResourceQuotas,
        ["componentstatuses"] = ComponentStatuses,
        ["deployments.apps"] = Deployments,
        ["replicasets.apps"] = ReplicaSets,
        ["statefulsets.apps"] = StatefulSets,
        ["daemonsets.apps"] = DaemonSets,
        ["controllerrevisions.apps"] = ControllerRevisions,
        ["jobs.batch"] = Jobs,
        ["cronjobs.batch"] = CronJobs,
        ["horizontalpodautoscalers.autoscaling"] = HorizontalPodAutoscalers,
        ["poddisruptionbudgets.policy"] = PodDisruptionBudgets,
        ["ingresses.networking.k8s.io"] = Ingresses,
        ["ingressclasses.networking.k8s.io"] = IngressClasses,
        ["networkpolicies.networking.k8s.io"] = NetworkPolicies,
        ["rolebindings.rbac.authorization.k8s.io"] = RoleBindings("roleBinding"),
        ["clusterrolebindings.rbac.authorization.k8s.io"] = RoleBindings("clusterRoleBinding"),
        ["priorityclasses.scheduling.k8s.io"] = PriorityClasses,
        ["storageclasses.storage.k8s.io"] = StorageClasses,
        ["csidrivers.storage.k8s.io"] = CsiDrivers,
        ["csinodes.storage.k8s.io"] = CsiNodes,
        ["csistoragecapacities.storage.k8s.io"] = CsiStorageCapacities,
        ["volumeattachments.storage.k8s.io"] = VolumeAttachments,
        ["runtimeclasses.node.k8s.io"] = RuntimeClasses,
        ["certificatesigningrequests.certificates.k8s.io"] = CertificateSigningRequests,
        ["mutatingwebhookconfigurations.admissionregistration.k8s.io"] = WebhookConfigurations,
        ["validatingwebhookconfigurations.admissionregistration.k8s.io"] = WebhookConfigurations,
        ["apiservices.apiregistration.k8s.io"] = ApiServices,
        ["leases.coordination.k8s.io"] = Leases,
        ["endpointslices.discovery.k8s.io"] = EndpointSlices,
        ["nodes.metrics.k8s.io"] = NodeMetrics,
        ["pods.metrics.k8s.io"] = PodMetrics,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The table of a kind; of one without its own, name and time of creation.</summary>
    public static TablePrinter Find(string qualifiedName) => ByResource.GetValueOrDefault(qualifiedName, Plain);
}
