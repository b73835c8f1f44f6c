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
        ["limitranges"] = new LimitRangeRules(),
        ["persistentvolumeclaims"] = new PersistentVolumeClaimRules(),
        ["persistentvolumes"] = new PersistentVolumeRules(),
        ["podtemplates"] = new PodTemplateRules(),
        ["replicationcontrollers"] = new ReplicationControllerRules(),
        ["resourcequotas"] = new ResourceQuotaRules(),
        ["controllerrevisions.apps"] = new ControllerRevisionRules(),
        ["daemonsets.apps"] = new DaemonSetRules(),
        ["deployments.apps"] = new DeploymentRules(),
        ["replicasets.apps"] = new ReplicaSetRules(),
        ["statefulsets.apps"] = new StatefulSetRules(),
        ["horizontalpodautoscalers.autoscaling"] = new HorizontalPodAutoscalerRules(),
        ["cronjobs.batch"] = new CronJobRules(),
        ["jobs.batch"] = new JobRules(),
        ["poddisruptionbudgets.policy"] = new PodDisruptionBudgetRules(),
        ["ingresses.networking.k8s.io"] = new IngressRules(),
        ["ingressclasses.networking.k8s.io"] = new IngressClassRules(),
        ["networkpolicies.networking.k8s.io"] = new NetworkPolicyRules(),
        ["clusterroles.rbac.authorization.k8s.io"] = new RoleRules(namespaced: false),
        ["roles.rbac.authorization.k8s.io"] = new RoleRules(namespaced: true),
        ["clusterrolebindings.rbac.authorization.k8s.io"] = new RoleBindingRules(namespaced: false),
        ["rolebindings.rbac.authorization.k8s.io"] = new RoleBindingRules(namespaced: true),
        ["priorityclasses.scheduling.k8s.io"] = new PriorityClassRules(),
        ["csidrivers.storage.k8s.io"] = new CsiDriverRules(),
        ["csinodes.storage.k8s.io"] = new CsiNodeRules(),
        ["storageclasses.storage.k8s.io"] = new StorageClassRules(),
        ["volumeattachments.storage.k8s.io"] = new VolumeAttachmentRules(),
        ["runtimeclasses.node.k8s.io"] = new RuntimeClassRules(),
        ["mutatingwebhookconfigurations.admissionregistration.k8s.io"] = new WebhookConfigurationRules(mutating: true),
        ["validatingwebhookconfigurations.admissionregistration.k8s.io"] = new WebhookConfigurationRules(mutating: false),
        ["certificatesigningrequests.certificates.k8s.io"] = new CertificateSigningRequestRules(),
        ["leases.coordination.k8s.io"] = new LeaseRules(),
        ["endpointslices.discovery.k8s.io"] = new EndpointSliceRules(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static KindRules Find(string qualifiedName) => Kinds.GetValueOrDefault(qualifiedName, KindRules.Plain);
}
