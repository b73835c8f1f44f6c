using System.Buffers;
using System.Text.Json;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Writes a pod's status as kubelet would: core/v1 PodStatus as JSON.</summary>
/// <remarks>Only the conditions that are the agent's own: the cluster keeps those of others. Written straight to bytes: a node reports thousands of them in a second when a large workload starts.</remarks>
public static partial class PodStatusWriter
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The status of a pod that has been ordered.</summary>
    public static void Write(PodState state, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("phase"u8, state.Phase.ToString());
        WriteConditions(json, state);
        WriteIfAny(json, "message"u8, state.Message);
        WriteIfAny(json, "reason"u8, state.Reason);
        json.WriteString("hostIP"u8, state.Facts.Address);
        WriteAddresses(json, "hostIPs"u8, state.Facts.Address);
        if (state.Address.Length > 0)
        {
            json.WriteString("podIP"u8, state.Address);
            WriteAddresses(json, "podIPs"u8, state.Address);
        }

        WriteTime(json, "startTime"u8, state.StartedAt);
        WriteContainers(json, state, "initContainerStatuses"u8, static role => role is ContainerRole.Init or ContainerRole.Sidecar);
        WriteContainers(json, state, "containerStatuses"u8, static role => role == ContainerRole.Main);
        WriteContainers(json, state, "ephemeralContainerStatuses"u8, static role => role == ContainerRole.Ephemeral);
        json.WriteString("qosClass"u8, state.Pod!.Status?.QosClass is { Length: > 0 } given ? given : QosClass.Of(state.Pod));
        json.WriteEndObject();
    }

    /// <summary>A container's id with its runtime as the scheme; empty if it has none.</summary>
    public static string ContainerId(NodeFacts facts, string runtimeId) => runtimeId.Length == 0 ? "" : $"{facts.Runtime}://{runtimeId}";

    private static void WriteConditions(Utf8JsonWriter json, PodState state)
    {
        json.WriteStartArray("conditions"u8);
        foreach (var condition in state.Conditions)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, condition.Type);
            json.WriteString("status"u8, condition.Status ? "True"u8 : "False"u8);
            WriteTime(json, "lastTransitionTime"u8, condition.Since);
            WriteIfAny(json, "reason"u8, condition.Reason);
            WriteIfAny(json, "message"u8, condition.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAddresses(Utf8JsonWriter json, ReadOnlySpan<byte> name, string address)
    {
        json.WriteStartArray(name);
        json.WriteStartObject();
        json.WriteString("ip"u8, address);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>Kubernetes' times are whole seconds in UTC.</summary>
    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[20];
        time.UtcDateTime.TryFormat(text, out var written, "yyyy-MM-ddTHH:mm:ssZ");
        json.WriteString(name, text[..written]);
    }
}
