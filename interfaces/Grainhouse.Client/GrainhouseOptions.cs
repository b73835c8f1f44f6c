using k8s;

namespace Grainhouse.Client;

/// <summary>Which cluster, as whom.</summary>
public sealed class GrainhouseOptions
{
    /// <summary>The kubeconfig file.</summary>
    /// <value>Default null: what the environment variable KUBECONFIG names, else ~/.kube/config, else the service account of the pod that this runs in.</value>
    public string? Kubeconfig { get; set; }

    /// <summary>The context in the kubeconfig.</summary>
    /// <value>Default null: the file's current one.</value>
    public string? Context { get; set; }

    internal KubernetesClientConfiguration ToConfiguration() => Kubeconfig is null && Context is null
        ? KubernetesClientConfiguration.BuildDefaultConfig()
        : KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig, Context);
}
