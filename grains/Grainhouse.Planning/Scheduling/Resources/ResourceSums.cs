using System.Collections.Immutable;
using System.Text.Json;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Scheduling;

/// <summary>Amounts by resource name while a pod's containers are added up.</summary>
internal sealed class ResourceSums
{
    // More than any machine has; sums and percentages of it do not overflow.
    private const long Most = 1L << 53;

    // An ordinal order, so that everything derived from it is the same on every machine.
    private readonly SortedDictionary<string, long> amounts = new(StringComparer.Ordinal);

    public long this[string name] => amounts.GetValueOrDefault(name);

    /// <summary>Reads a resource list, as in <c>{"cpu": "100m", "memory": 1024}</c>.</summary>
    public static ResourceSums Read(JsonElement list)
    {
        var sums = new ResourceSums();
        if (list.ValueKind != JsonValueKind.Object)
        {
            return sums;
        }

        foreach (var entry in list.EnumerateObject())
        {
            var text = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : entry.Value.GetRawText();
            // Validation has refused what is no quantity.
            if (Quantity.TryParse(text, out var quantity))
            {
                sums.amounts[entry.Name] = Math.Clamp(entry.NameEquals(ResourceNames.Cpu) ? quantity.MilliValue : quantity.Value, 0, Most);
            }
        }

        return sums;
    }

    public bool Has(string name) => amounts.ContainsKey(name);

    public void Default(string name, long amount) => amounts.TryAdd(name, amount);

    public void Add(ResourceSums other)
    {
        foreach (var (name, amount) in other.amounts)
        {
            amounts[name] = Math.Min(Most, amounts.GetValueOrDefault(name) + amount);
        }
    }

    public void Max(ResourceSums other)
    {
        foreach (var (name, amount) in other.amounts)
        {
            amounts[name] = Math.Max(amounts.GetValueOrDefault(name), amount);
        }
    }

    public ImmutableArray<ExtendedResource> Extended()
    {
        var extended = ImmutableArray.CreateBuilder<ExtendedResource>();
        foreach (var (name, amount) in amounts)
        {
            if (amount > 0 && name is not (ResourceNames.Cpu or ResourceNames.Memory or ResourceNames.EphemeralStorage or ResourceNames.Pods))
            {
                extended.Add(new ExtendedResource(name, amount));
            }
        }

        return extended.ToImmutable();
    }

    public Requests ToRequests() => new()
    {
        CpuMillis = this[ResourceNames.Cpu],
        MemoryBytes = this[ResourceNames.Memory],
        EphemeralStorageBytes = this[ResourceNames.EphemeralStorage],
        Extended = Extended(),
    };
}
