using Grainhouse.Client;
using k8s.Models;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>Checks what an informer tells: each change must fit the one before, and the last one is the final state.</summary>
internal sealed class InformerLedger
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, V1ConfigMap> state = [];
    private readonly List<string> faults = [];

    public int Changes { get; private set; }

    public void Note(InformerChange<V1ConfigMap> change)
    {
        lock (gate)
        {
            Changes++;
            var name = change.Object.Metadata.Name;
            var known = state.GetValueOrDefault(name);
            var fits = change.Type switch
            {
                InformerChangeType.Added => known is null,
                InformerChangeType.Deleted => known is not null,
                _ => known is not null
                    && known.Metadata.Uid == change.Object.Metadata.Uid
                    && known.Metadata.ResourceVersion == change.Previous!.Metadata.ResourceVersion
                    && known.Metadata.ResourceVersion != change.Object.Metadata.ResourceVersion,
            };
            if (!fits)
            {
                faults.Add($"{change.Type} {name}@{change.Object.Metadata.ResourceVersion} after {known?.Metadata.ResourceVersion ?? "nothing"}");
            }

            if (change.Type == InformerChangeType.Deleted)
            {
                state.Remove(name);
            }
            else
            {
                state[name] = change.Object;
            }
        }
    }

    /// <summary>What was told, as <see cref="Describe"/> words it.</summary>
    public string Final()
    {
        lock (gate)
        {
            Assert.Empty(faults);
            return Describe(state.Values);
        }
    }

    public static string Describe(IEnumerable<V1ConfigMap> maps) =>
        string.Join(' ', maps.OrderBy(map => map.Metadata.Name, StringComparer.Ordinal).Select(map => $"{map.Metadata.Name}@{map.Metadata.ResourceVersion}"));
}
