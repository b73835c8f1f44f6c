using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Tests.Objects.ManagedFields;

/// <summary>
/// What server-side apply means, in a few lines: a map of values, and for each manager the keys that it owns. The rules must agree with it.
/// </summary>
internal sealed class ApplyModel
{
    public SortedDictionary<string, string> Data { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys by <c>manager/operation</c>; nobody owns nothing.</summary>
    public SortedDictionary<string, SortedSet<string>> Owners { get; } = new(StringComparer.Ordinal);

    /// <summary>Applies; the keys in conflict, and then nothing is changed, unless by force.</summary>
    public string[] Apply(string manager, IReadOnlyDictionary<string, string> config, bool force)
    {
        var self = $"{manager}/Apply";
        var changed = config.Where(item => Data.GetValueOrDefault(item.Key) != item.Value).Select(item => item.Key).ToArray();
        var conflicts = changed.Where(key => Owners.Any(owner => owner.Key != self && owner.Value.Contains(key))).ToArray();
        if (conflicts.Length > 0 && !force)
        {
            return conflicts;
        }

        var dropped = Owners.GetValueOrDefault(self, []).Where(key => !config.ContainsKey(key)
            && !Owners.Any(owner => owner.Key != self && owner.Value.Contains(key))).ToArray();
        foreach (var key in dropped)
        {
            Data.Remove(key);
        }

        foreach (var (key, value) in config)
        {
            Data[key] = value;
        }

        Owners[self] = [.. config.Keys];
        Lose(changed, except: self);
        return [];
    }

    /// <summary>Updates: a null removes.</summary>
    public void Update(string manager, IReadOnlyDictionary<string, string?> patch)
    {
        var self = $"{manager}/Update";
        var changed = patch.Where(item => Data.GetValueOrDefault(item.Key) != item.Value).Select(item => item.Key).ToArray();
        foreach (var key in changed)
        {
            if (patch[key] is { } value)
            {
                Data[key] = value;
            }
            else
            {
                Data.Remove(key);
            }
        }

        Lose(changed, except: "");
        var taken = changed.Where(Data.ContainsKey).ToArray();
        if (taken.Length > 0)
        {
            Owners[self] = [.. Owners.GetValueOrDefault(self, []), .. taken];
        }
    }

    /// <summary>The keys that each manager of an object owns of its data.</summary>
    public static SortedDictionary<string, SortedSet<string>> OwnersOf(KubeObject value)
    {
        var owners = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var entry in value.List())
        {
            var keys = entry!["fieldsV1"]!["f:data"]?.AsObject().Select(item => item.Key).Where(key => key != ".").Select(key => key[2..]).ToArray() ?? [];
            if (keys.Length > 0)
            {
                owners[$"{entry["manager"]}/{entry["operation"]}"] = [.. keys];
            }
        }

        return owners;
    }

    private void Lose(string[] keys, string except)
    {
        foreach (var (owner, owned) in Owners.ToArray())
        {
            if (owner != except)
            {
                owned.ExceptWith(keys);
            }

            if (owned.Count == 0)
            {
                Owners.Remove(owner);
            }
        }
    }
}
