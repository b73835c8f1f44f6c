using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Pods;

/// <summary>Tells two states of a pod apart by what its agent acts on: metadata, spec, and the conditions that the pod names as readiness gates.</summary>
/// <remarks>The agent's own status reports make revisions too; telling it those would tell it what it said.</remarks>
public sealed class OrderFingerprint
{
    private static readonly Func<KubeObject, OrderFingerprint> Reader = static pod => new OrderFingerprint(Read(pod.Document));
    private readonly ulong value;

    private OrderFingerprint(ulong value)
    {
        this.value = value;
    }

    /// <summary>The fingerprint of a pod, worked out once for each of its revisions.</summary>
    public static ulong Of(KubeObject pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.View(Reader).value;
    }

    private static ulong Read(ReadOnlyMemory<byte> document)
    {
        var hash = new XxHash64();
        var reader = new Utf8JsonReader(document.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var counts = reader.ValueTextEquals("metadata"u8) || reader.ValueTextEquals("spec"u8);
            var start = (int)reader.BytesConsumed;
            reader.Read();
            reader.Skip();
            if (counts)
            {
                hash.Append(document.Span[start..(int)reader.BytesConsumed]);
            }
        }

        // Few pods have gates, and only those are worth a second look.
        if (document.Span.IndexOf("\"readinessGates\""u8) >= 0)
        {
            AppendGates(hash, document);
        }

        return hash.GetCurrentHashAsUInt64();
    }

    private static void AppendGates(XxHash64 hash, ReadOnlyMemory<byte> document)
    {
        using var pod = JsonDocument.Parse(document);
        if (!pod.RootElement.TryGetProperty("status", out var status) || !status.TryGetProperty("conditions", out var conditions))
        {
            return;
        }

        var gates = Gates(pod.RootElement.GetProperty("spec"));
        foreach (var condition in conditions.EnumerateArray())
        {
            if (condition.GetProperty("type").GetString() is { } type && gates.Contains(type))
            {
                hash.Append(Encoding.UTF8.GetBytes($"{type}={condition.GetProperty("status").GetString()};"));
            }
        }
    }

    private static HashSet<string> Gates(JsonElement spec)
    {
        var gates = new HashSet<string>(StringComparer.Ordinal);
        if (spec.TryGetProperty("readinessGates", out var named) && named.ValueKind == JsonValueKind.Array)
        {
            gates.UnionWith(named.EnumerateArray().Select(gate => gate.GetProperty("conditionType").GetString() ?? ""));
        }

        return gates;
    }
}
