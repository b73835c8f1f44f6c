using Grainhouse.Interfaces.Objects;
using k8s.Models;

namespace Grainhouse.Planning.Nodes;

/// <summary>Finds the config maps and secrets that a pod reads: its agent needs them beside the pod.</summary>
public sealed class PodReferences
{
    private PodReferences(IReadOnlySet<ObjectKey> keys) => Keys = keys;

    /// <summary>The keys, each once; whether they exist is another question.</summary>
    public IReadOnlySet<ObjectKey> Keys { get; }

    /// <summary>The references of a pod; found once for each of its revisions.</summary>
    public static PodReferences Of(KubeObject pod) => pod.View(Find);

    private static readonly PodReferences None = new(new HashSet<ObjectKey>());

    private static PodReferences Find(KubeObject pod)
    {
        // Every way to name one has one of these words; most pods have neither, and need not be decoded to know it.
        var document = pod.Document.Span;
        if (document.IndexOf("configMap"u8) < 0 && document.IndexOf("ecret"u8) < 0)
        {
            return None;
        }

        var found = new HashSet<ObjectKey>();
        if (pod.As<V1Pod>().Spec is { } spec)
        {
            AddVolumes(spec, pod.Key.Namespace, found);
            foreach (var container in (spec.InitContainers ?? []).Concat(spec.Containers ?? []))
            {
                AddEnvironment(container, pod.Key.Namespace, found);
            }

            foreach (var secret in spec.ImagePullSecrets ?? [])
            {
                Secret(secret.Name, pod.Key.Namespace, found);
            }
        }

        return new PodReferences(found);
    }

    private static void AddVolumes(V1PodSpec spec, string home, HashSet<ObjectKey> found)
    {
        foreach (var volume in spec.Volumes ?? [])
        {
            ConfigMap(volume.ConfigMap?.Name, home, found);
            Secret(volume.Secret?.SecretName, home, found);
            foreach (var source in volume.Projected?.Sources ?? [])
            {
                ConfigMap(source.ConfigMap?.Name, home, found);
                Secret(source.Secret?.Name, home, found);
            }
        }
    }

    private static void AddEnvironment(V1Container container, string home, HashSet<ObjectKey> found)
    {
        foreach (var source in container.EnvFrom ?? [])
        {
            ConfigMap(source.ConfigMapRef?.Name, home, found);
            Secret(source.SecretRef?.Name, home, found);
        }

        foreach (var variable in container.Env ?? [])
        {
            ConfigMap(variable.ValueFrom?.ConfigMapKeyRef?.Name, home, found);
            Secret(variable.ValueFrom?.SecretKeyRef?.Name, home, found);
        }
    }

    private static void ConfigMap(string? name, string home, HashSet<ObjectKey> found) => Add(ResourceCatalog.ConfigMaps, name, home, found);

    private static void Secret(string? name, string home, HashSet<ObjectKey> found) => Add(ResourceCatalog.Secrets, name, home, found);

    private static void Add(ResourceDescriptor resource, string? name, string home, HashSet<ObjectKey> found)
    {
        if (!string.IsNullOrEmpty(name))
        {
            found.Add(resource.Key(home, name));
        }
    }
}
