using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Grainhouse.HostAgent.Pods;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Nodes;

/// <summary>The ConfigMaps and Secrets that the node's pods refer to, decoded once.</summary>
internal sealed class ConfigTable
{
    /// <summary>All of them, as they are now.</summary>
    public ImmutableDictionary<ConfigName, ConfigData> All { get; private set; } = ImmutableDictionary<ConfigName, ConfigData>.Empty;

    /// <summary>Keeps exactly these.</summary>
    public void Replace(IEnumerable<ConfigObject> objects)
    {
        var result = ImmutableDictionary.CreateBuilder<ConfigName, ConfigData>();
        foreach (var given in objects)
        {
            var name = NameOf(given.Key);
            result[name] = All.TryGetValue(name, out var known) && known.Revision == given.Revision ? known : Decode(given);
        }

        All = result.ToImmutable();
    }

    /// <summary>Takes changes; returns which names they were about.</summary>
    public HashSet<ConfigName> Change(IEnumerable<ConfigObject> objects, IEnumerable<ConfigKey> removed)
    {
        HashSet<ConfigName> changed = [];
        foreach (var given in objects)
        {
            var name = NameOf(given.Key);
            if (!All.TryGetValue(name, out var known) || known.Revision < given.Revision)
            {
                All = All.SetItem(name, Decode(given));
                changed.Add(name);
            }
        }

        foreach (var key in removed)
        {
            All = All.Remove(NameOf(key));
            changed.Add(NameOf(key));
        }

        return changed;
    }

    private static ConfigName NameOf(ConfigKey key) => new(key.Resource, key.Namespace, key.Name);

    private static ConfigData Decode(ConfigObject given)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(given.Document.Memory);
        var isSecret = given.Key.Resource == ConfigName.Secrets;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            var isText = member.NameEquals("data") && !isSecret;
            if (member.Value.ValueKind != JsonValueKind.Object || !(isText || member.NameEquals("data") || member.NameEquals("binaryData")))
            {
                continue;
            }

            foreach (var entry in member.Value.EnumerateObject())
            {
                entries[entry.Name] = isText ? Encoding.UTF8.GetBytes(entry.Value.GetString() ?? "") : entry.Value.GetBytesFromBase64();
            }
        }

        return new ConfigData(given.Revision, entries.ToImmutable());
    }
}
