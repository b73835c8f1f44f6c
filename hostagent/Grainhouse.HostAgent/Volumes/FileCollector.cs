using System.Collections.Immutable;
using System.Text;
using Grainhouse.HostAgent.Pods;
using k8s.Models;

namespace Grainhouse.HostAgent.Volumes;

/// <summary>Collects the files of one volume from objects and fields.</summary>
internal sealed class FileCollector(PodState state)
{
    private readonly ImmutableSortedDictionary<string, VolumeFile>.Builder content =
        ImmutableSortedDictionary.CreateBuilder<string, VolumeFile>(StringComparer.Ordinal);

    /// <summary>The first thing that went wrong; empty if nothing did.</summary>
    public string Error { get; private set; } = "";

    public ImmutableSortedDictionary<string, VolumeFile> Content => content.ToImmutable();

    public void AddObject(bool isSecret, string name, IList<V1KeyToPath>? items, bool optional, int mode)
    {
        var key = new ConfigName(isSecret ? ConfigName.Secrets : ConfigName.ConfigMaps, state.Identity.Namespace, name);
        if (!state.Objects.TryGetValue(key, out var data))
        {
            if (!optional)
            {
                Fail($"{(isSecret ? "secret" : "configmap")} \"{name}\" not found");
            }

            return;
        }

        if (items is not { Count: > 0 })
        {
            foreach (var (entry, value) in data.Entries)
            {
                Add(entry, value, mode);
            }

            return;
        }

        foreach (var item in items)
        {
            if (data.Entries.TryGetValue(item.Key, out var value))
            {
                Add(item.Path, value, item.Mode ?? mode);
            }
            else if (!optional)
            {
                Fail(isSecret ? $"references non-existent secret key: {item.Key}" : $"configmap references non-existent config key: {item.Key}");
            }
        }
    }

    public void AddFields(IList<V1DownwardAPIVolumeFile>? items, int mode)
    {
        foreach (var item in items ?? [])
        {
            var value = item switch
            {
                { FieldRef: { } field } => DownwardFields.Field(state, field.FieldPath),
                { ResourceFieldRef: { } resource } => Resource(resource),
                _ => null,
            };
            if (value is null)
            {
                Fail($"unsupported downward API item \"{item.Path}\"");
                return;
            }

            Add(item.Path, Encoding.UTF8.GetBytes(value), item.Mode ?? mode);
        }
    }

    public void Fail(string message) => Error = Error.Length == 0 ? message : Error;

    private string? Resource(V1ResourceFieldSelector selector)
    {
        foreach (var container in state.Containers)
        {
            if (container.Name == selector.ContainerName)
            {
                return DownwardFields.Resource(state, container.Spec, selector);
            }
        }

        return null;
    }

    private void Add(string path, ReadOnlyMemory<byte> value, int mode)
    {
        if (Path.IsPathRooted(path) || path.Split('/').Contains(".."))
        {
            Fail($"invalid path, must be relative and must not contain '..': {path}");
            return;
        }

        content[path] = new VolumeFile(value, mode);
    }
}
