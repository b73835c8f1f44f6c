using System.Collections.Immutable;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Finds the ConfigMaps and Secrets that a pod refers to.</summary>
public static class ConfigReferences
{
    /// <summary>Their names, each once.</summary>
    public static ImmutableHashSet<ConfigName> Of(V1Pod pod)
    {
        var home = pod.Metadata.NamespaceProperty;
        var result = ImmutableHashSet<ConfigName>.Empty.ToBuilder();
        foreach (var container in Containers(pod.Spec))
        {
            foreach (var source in container.EnvFrom ?? [])
            {
                Add(ConfigName.ConfigMaps, source.ConfigMapRef?.Name);
                Add(ConfigName.Secrets, source.SecretRef?.Name);
            }

            foreach (var variable in container.Env ?? [])
            {
                Add(ConfigName.ConfigMaps, variable.ValueFrom?.ConfigMapKeyRef?.Name);
                Add(ConfigName.Secrets, variable.ValueFrom?.SecretKeyRef?.Name);
            }
        }

        foreach (var volume in pod.Spec.Volumes ?? [])
        {
            Add(ConfigName.ConfigMaps, volume.ConfigMap?.Name);
            Add(ConfigName.Secrets, volume.Secret?.SecretName);
            foreach (var source in volume.Projected?.Sources ?? [])
            {
                Add(ConfigName.ConfigMaps, source.ConfigMap?.Name);
                Add(ConfigName.Secrets, source.Secret?.Name);
            }
        }

        foreach (var secret in pod.Spec.ImagePullSecrets ?? [])
        {
            Add(ConfigName.Secrets, secret.Name);
        }

        return result.ToImmutable();

        static IEnumerable<V1Container> Containers(V1PodSpec spec) =>
            spec.Containers.Concat(spec.InitContainers ?? []).Concat((spec.EphemeralContainers ?? []).Select(EphemeralSpec.ToContainer));

        void Add(string resource, string? name)
        {
            if (!string.IsNullOrEmpty(name))
            {
                result.Add(new ConfigName(resource, home, name));
            }
        }
    }
}
