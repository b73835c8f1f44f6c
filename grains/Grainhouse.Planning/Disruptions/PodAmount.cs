using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Disruptions;

/// <summary>So many pods, or so many percent of them, as <c>minAvailable</c> and <c>maxUnavailable</c> have it.</summary>
/// <param name="Value">The number.</param>
/// <param name="IsPercent">Whether it is one of percent.</param>
public readonly record struct PodAmount(int Value, bool IsPercent)
{
    /// <summary>How many of a number of pods this is. Percentages are rounded up, in both fields, as upstream's controller has it.</summary>
    public int Of(int pods) => IsPercent ? (int)Math.Min(int.MaxValue, (((long)pods * Value) + 99) / 100) : Value;

    /// <summary>Reads a field that has been validated; null if it is absent.</summary>
    internal static PodAmount? Read(JsonNode? node)
    {
        if (node?.GetValueKind() == JsonValueKind.Number)
        {
            return node.Number() is { } number ? new PodAmount((int)Math.Clamp(number, 0, int.MaxValue), false) : null;
        }

        return node.Text() is { } text && text.EndsWith('%')
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            ? new PodAmount(percent, true)
            : null;
    }
}
