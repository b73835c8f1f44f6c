using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission;

/// <summary>Exact amounts by resource name, in the order of the names, as in <c>{"cpu": "100m", "memory": "64Mi"}</c>.</summary>
public sealed class ResourceAmounts : SortedDictionary<string, Quantity>
{
    /// <summary>No amounts.</summary>
    public ResourceAmounts()
        : base(StringComparer.Ordinal)
    {
    }

    private ResourceAmounts(ResourceAmounts other)
        : base(other, StringComparer.Ordinal)
    {
    }

    /// <summary>Reads a list that has been validated; none if it is absent.</summary>
    public static ResourceAmounts Read(JsonObject? list)
    {
        var amounts = new ResourceAmounts();
        foreach (var (name, value) in list ?? [])
        {
            if (Quantity.TryParse(value.Text(), out var quantity))
            {
                amounts[name] = quantity;
            }
        }

        return amounts;
    }

    /// <summary>The same amounts, apart.</summary>
    public ResourceAmounts Copy() => new(this);

    /// <summary>Adds to one amount. Nothing and something is written as that something is, so that memory stays <c>64Mi</c>.</summary>
    public void Increase(string name, Quantity amount, bool onlyWhereKnown = false)
    {
        if (TryGetValue(name, out var known))
        {
            this[name] = known == Quantity.Zero ? amount : known + amount;
        }
        else if (!onlyWhereKnown)
        {
            this[name] = amount;
        }
    }

    /// <summary>Adds all amounts of another list.</summary>
    public void Add(ResourceAmounts other, bool onlyWhereKnown = false)
    {
        foreach (var (name, amount) in other)
        {
            Increase(name, amount, onlyWhereKnown);
        }
    }

    /// <summary>Takes the larger one of each.</summary>
    public void Max(ResourceAmounts other)
    {
        foreach (var (name, amount) in other)
        {
            this[name] = TryGetValue(name, out var known) && known > amount ? known : amount;
        }
    }
}
