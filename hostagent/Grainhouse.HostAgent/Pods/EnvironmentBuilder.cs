using System.Collections.Immutable;
using System.Text;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Resolves a container's environment.</summary>
internal sealed class EnvironmentBuilder(PodState state, V1Container container)
{
    private readonly List<string> order = [];
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <summary>Why it could not be resolved; empty if it could.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The values so far, for expansion.</summary>
    public IReadOnlyDictionary<string, string> Values => values;

    /// <summary>The environment in the order in which its names first appear.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Build()
    {
        foreach (var source in container.EnvFrom ?? [])
        {
            AddAll(source);
        }

        foreach (var variable in container.Env ?? [])
        {
            if (variable.ValueFrom is null)
            {
                Set(variable.Name, Expansion.Expand(variable.Value ?? "", values));
            }
            else if (Resolve(variable.ValueFrom) is { } value)
            {
                Set(variable.Name, value);
            }
        }

        return [.. order.Select(name => KeyValuePair.Create(name, values[name]))];
    }

    private void AddAll(V1EnvFromSource source)
    {
        var isSecret = source.SecretRef is not null;
        var name = (isSecret ? source.SecretRef!.Name : source.ConfigMapRef?.Name) ?? "";
        var optional = (isSecret ? source.SecretRef!.Optional : source.ConfigMapRef?.Optional) == true;
        if (Find(isSecret, name, optional) is not { } data)
        {
            return;
        }

        foreach (var (key, value) in data.Entries)
        {
            if (!key.Contains('=', StringComparison.Ordinal))
            {
                Set(source.Prefix + key, Encoding.UTF8.GetString(value.Span));
            }
        }
    }

    private string? Resolve(V1EnvVarSource source) => source switch
    {
        { ConfigMapKeyRef: { } map } => Entry(isSecret: false, map.Name ?? "", map.Key, map.Optional == true),
        { SecretKeyRef: { } secret } => Entry(isSecret: true, secret.Name ?? "", secret.Key, secret.Optional == true),
        { FieldRef: { } field } => DownwardFields.Field(state, field.FieldPath) ?? Fail($"unsupported fieldPath: {field.FieldPath}"),
        { ResourceFieldRef: { } resource } => Resource(resource),
        _ => null,
    };

    private string? Resource(V1ResourceFieldSelector selector)
    {
        var target = string.IsNullOrEmpty(selector.ContainerName)
            ? container
            : state.Containers.FirstOrDefault(other => other.Name == selector.ContainerName)?.Spec;
        return target is null
            ? Fail($"container {selector.ContainerName} not found")
            : DownwardFields.Resource(state, target, selector) ?? Fail($"unsupported container resource : {selector.Resource}");
    }

    private string? Entry(bool isSecret, string name, string key, bool optional)
    {
        if (Find(isSecret, name, optional) is not { } data)
        {
            return null;
        }

        if (data.Entries.TryGetValue(key, out var value))
        {
            return Encoding.UTF8.GetString(value.Span);
        }

        return optional ? null : Fail($"couldn't find key {key} in {(isSecret ? "Secret" : "ConfigMap")} {state.Identity.Namespace}/{name}");
    }

    private ConfigData? Find(bool isSecret, string name, bool optional)
    {
        var key = new ConfigName(isSecret ? ConfigName.Secrets : ConfigName.ConfigMaps, state.Identity.Namespace, name);
        if (!state.Objects.TryGetValue(key, out var data) && !optional)
        {
            Fail($"{(isSecret ? "secret" : "configmap")} \"{name}\" not found");
        }

        return data;
    }

    private string? Fail(string message)
    {
        Error = Error.Length == 0 ? message : Error;
        return null;
    }

    private void Set(string name, string value)
    {
        if (!values.ContainsKey(name))
        {
            order.Add(name);
        }

        values[name] = value;
    }
}
