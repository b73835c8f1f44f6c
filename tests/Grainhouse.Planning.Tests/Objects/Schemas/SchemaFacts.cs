namespace Grainhouse.Planning.Tests.Objects.Schemas;

/// <summary>What neither the models nor the published document say rightly, by <c>Definition.field</c>.</summary>
internal static class SchemaFacts
{
    /// <summary>Fields of the models that came after 1.32.</summary>
    public static readonly HashSet<string> TooNew =
    [
        "PodSpec.evictionResponders", "PodSpec.hostnameOverride", "PodSpec.schedulingGroup", "PodSpec.workloadRef",
        "PodStatus.extendedResourceClaimStatus", "PodStatus.nodeAllocatableResourceClaimStatuses", "PodStatus.volumeHealth",
        "PodStatus.allocatedResources", "PodStatus.resources", "Container.restartPolicyRules", "EphemeralContainer.restartPolicyRules",
        "EnvVarSource.fileKeyRef", "ProjectedVolumeSource.podCertificate", "VolumeProjection.podCertificate", "NodeStatus.declaredFeatures",
        "ContainerStatus.stopSignal", "Lifecycle.stopSignal", "DeploymentStatus.terminatingReplicas", "ReplicaSetStatus.terminatingReplicas",
        "HPAScalingRules.tolerance", "HorizontalPodAutoscalerCondition.observedGeneration", "JobSpec.scheduling",
        "ClusterTrustBundleProjection.user", "ConfigMapVolumeSource.defaultUser", "DownwardAPIVolumeFile.user", "DownwardAPIVolumeSource.defaultUser",
        "EmptyDirVolumeSource.mode", "GRPCAction.mode", "HTTPGetAction.protocol", "KeyToPath.user", "ProjectedVolumeSource.defaultUser",
        "SecretVolumeSource.defaultUser", "ServiceAccountTokenProjection.user", "VolumeMount.bindMountOptions", "VolumeMountStatus.volumeStatus",
        "NodeSpec.podPreemptionPolicy", "NodeSystemInfo.runningInUserNamespace", "NodeSystemInfo.swap", "PodCondition.observedGeneration",
        "PodStatus.observedGeneration", "ResourceHealth.message", "PersistentVolumeClaimStatus.healthStatus", "EndpointHints.forNodes",
        "CSIDriverSpec.nodeAllocatableUpdatePeriodSeconds", "CSIDriverSpec.preventPodSchedulingIfMissing", "CSIDriverSpec.serviceAccountTokenInSecrets",
        "CSINode.status", "VolumeError.errorCode", "ListMeta.shardInfo",
    ];

    /// <summary>What the 1.20 document cannot know of newer fields; from the types' Go tags in 1.32.</summary>
    public static readonly Dictionary<string, string> Newer = new()
    {
        ["PodSpec.resourceClaims"] = "key=name strategy=merge,retainKeys list=map mapkeys=name",
        ["PodSpec.schedulingGates"] = "key=name strategy=merge list=map mapkeys=name",
        ["PodStatus.hostIPs"] = "key=ip strategy=merge list=atomic",
        ["PodStatus.resourceClaimStatuses"] = "key=name strategy=merge,retainKeys list=map mapkeys=name",
        ["EphemeralContainer.ports"] = "key=containerPort strategy=merge list=map mapkeys=containerPort,protocol",
        ["Container.resizePolicy"] = "list=atomic",
        ["EphemeralContainer.resizePolicy"] = "list=atomic",
        ["ContainerStatus.volumeMounts"] = "key=mountPath strategy=merge list=map mapkeys=mountPath",
        ["ResourceRequirements.claims"] = "list=map mapkeys=name",
        ["TopologySpreadConstraint.matchLabelKeys"] = "list=atomic",
        ["PodAffinityTerm.matchLabelKeys"] = "list=atomic",
        ["PodAffinityTerm.mismatchLabelKeys"] = "list=atomic",
        ["NodeSpec.podCIDRs"] = "strategy=merge list=set",
        ["NodeStatus.runtimeHandlers"] = "list=atomic",
        ["Endpoint.addresses"] = "list=set",
        ["EndpointSlice.endpoints"] = "list=atomic",
        ["EndpointSlice.ports"] = "list=atomic",
        ["EndpointHints.forZones"] = "list=atomic",
        ["ServicePort.appProtocol"] = "",
        ["DaemonSetStatus.conditions"] = "key=type strategy=merge list=map mapkeys=type",
        ["StatefulSetStatus.conditions"] = "key=type strategy=merge list=map mapkeys=type",
        ["DeploymentStatus.conditions"] = "key=type strategy=merge list=map mapkeys=type",
        ["ReplicaSetStatus.conditions"] = "key=type strategy=merge list=map mapkeys=type",
        ["ReplicationControllerStatus.conditions"] = "key=type strategy=merge list=map mapkeys=type",
        ["HorizontalPodAutoscalerStatus.conditions"] = "key=type strategy=merge list=map mapkeys=type",
        ["PodDisruptionBudgetStatus.conditions"] = "key=type strategy=merge list=map mapkeys=type",
        ["ComponentStatus.conditions"] = "key=type strategy=merge list=map mapkeys=type",
        ["PersistentVolumeClaimStatus.conditions"] = "key=type strategy=merge list=map mapkeys=type",
        ["JobStatus.conditions"] = "key=type strategy=merge list=atomic",
        ["HorizontalPodAutoscalerSpec.metrics"] = "list=atomic",
        ["HorizontalPodAutoscalerStatus.currentMetrics"] = "list=atomic",
        ["HPAScalingRules.policies"] = "list=atomic",
        ["MutatingWebhookConfiguration.webhooks"] = "key=name strategy=merge list=map mapkeys=name",
        ["ValidatingWebhookConfiguration.webhooks"] = "key=name strategy=merge list=map mapkeys=name",
        ["MutatingWebhook.matchConditions"] = "key=name strategy=merge list=map mapkeys=name",
        ["ValidatingWebhook.matchConditions"] = "key=name strategy=merge list=map mapkeys=name",
        ["PodFailurePolicy.rules"] = "list=atomic",
        ["PodFailurePolicyRule.onPodConditions"] = "list=atomic",
        ["PodFailurePolicyOnExitCodesRequirement.values"] = "list=set",
        ["SuccessPolicy.rules"] = "list=atomic",
        ["UncountedTerminatedPods.failed"] = "list=set",
        ["UncountedTerminatedPods.succeeded"] = "list=set",
        ["CSINodeSpec.drivers"] = "key=name strategy=merge list=map mapkeys=name",
        ["StatefulSetSpec.volumeClaimTemplates"] = "list=atomic",
        ["CronJobStatus.active"] = "list=atomic",
        ["IngressLoadBalancerStatus.ingress"] = "list=atomic",
        ["IngressLoadBalancerIngress.ports"] = "list=atomic",
    };

    public static readonly HashSet<string> NewerRequired =
    [
        "ResourceClaim.name", "PodResourceClaim.name", "PodSchedulingGate.name", "PodOS.name", "ContainerResizePolicy.resourceName",
        "ContainerResizePolicy.restartPolicy", "GRPCAction.port", "SleepAction.seconds", "EndpointSlice.addressType", "EndpointSlice.endpoints",
        "Endpoint.addresses", "ForZone.name", "PodResourceClaimStatus.name", "HostIP.ip", "VolumeMountStatus.name", "VolumeMountStatus.mountPath",
        "ClusterTrustBundleProjection.path", "AppArmorProfile.type", "MatchCondition.name", "MatchCondition.expression",
        "PodFailurePolicy.rules", "PodFailurePolicyRule.action", "PodFailurePolicyOnExitCodesRequirement.operator",
        "PodFailurePolicyOnExitCodesRequirement.values", "PodFailurePolicyOnPodConditionsPattern.type", "PodFailurePolicyOnPodConditionsPattern.status",
        "SuccessPolicy.rules", "ContainerResourceMetricSource.name", "ContainerResourceMetricSource.target", "ContainerResourceMetricSource.container",
        "ContainerResourceMetricStatus.name", "ContainerResourceMetricStatus.current", "ContainerResourceMetricStatus.container",
        "IngressClassParametersReference.kind", "IngressClassParametersReference.name", "IngressPortStatus.port", "IngressPortStatus.protocol",
        "CSIStorageCapacity.storageClassName", "ModifyVolumeStatus.status",
    ];

    /// <summary>What the published document required of a beta version, and the stable one does not.</summary>
    public static readonly HashSet<string> NoLongerRequired = ["HorizontalPodAutoscalerStatus.conditions"];
}
