using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>The labels by which a container is recognised after any crash.</summary>
internal static class DockerLabels
{
    public const string Agent = "io.grainhouse.agent";
    public const string Kind = "io.grainhouse.kind";
    public const string PodUid = "io.grainhouse.pod.uid";
    public const string PodNamespace = "io.grainhouse.pod.namespace";
    public const string PodName = "io.grainhouse.pod.name";
    public const string Sandbox = "io.grainhouse.sandbox";
    public const string Container = "io.grainhouse.container";
    public const string Attempt = "io.grainhouse.attempt";
    public const string Image = "io.grainhouse.image";

    /// <summary>The address of a sandbox whose link the agent makes.</summary>
    public const string Address = "io.grainhouse.pod.address";

    public const string SandboxKind = "sandbox";
    public const string ContainerKind = "container";

    /// <summary>What a filter on a label's value looks like in the Engine API.</summary>
    public static IDictionary<string, IDictionary<string, bool>> Filter(params ReadOnlySpan<(string Label, string Value)> wanted)
    {
        var values = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (label, value) in wanted)
        {
            values[$"{label}={value}"] = true;
        }

        return new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal) { ["label"] = values };
    }

    public static Dictionary<string, string> ForSandbox(string scope, SandboxSpec spec, IPAddress? linkedAddress)
    {
        var labels = new Dictionary<string, string>(spec.Labels, StringComparer.Ordinal);
        AddPod(labels, scope, spec.Pod, SandboxKind, spec.Attempt);
        if (linkedAddress is not null)
        {
            labels[Address] = linkedAddress.ToString();
        }

        return labels;
    }

    public static Dictionary<string, string> ForContainer(string scope, PodIdentity pod, string sandboxId, ContainerSpec spec)
    {
        var labels = new Dictionary<string, string>(spec.Labels, StringComparer.Ordinal);
        AddPod(labels, scope, pod, ContainerKind, spec.Attempt);
        labels[Sandbox] = sandboxId;
        labels[Container] = spec.Name;
        labels[Image] = spec.Image ?? "";
        return labels;
    }

    public static string Get(IDictionary<string, string>? labels, string name) =>
        labels is not null && labels.TryGetValue(name, out var value) ? value : "";

    public static int AttemptOf(IDictionary<string, string>? labels) =>
        int.TryParse(Get(labels, Attempt), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : 0;

    public static PodIdentity PodOf(IDictionary<string, string>? labels) =>
        new(Get(labels, PodUid), Get(labels, PodNamespace), Get(labels, PodName));

    /// <summary>The labels that the spec asked for, without the driver's own and the image's.</summary>
    public static ImmutableDictionary<string, string> Others(IDictionary<string, string>? labels) => labels is null
        ? ImmutableDictionary<string, string>.Empty
        : labels.Where(label => !IsOwn(label.Key)).ToImmutableDictionary(StringComparer.Ordinal);

    private static bool IsOwn(string label) =>
        label is Agent or Kind or PodUid or PodNamespace or PodName or Sandbox or Container or Attempt or Image or Address;

    private static void AddPod(Dictionary<string, string> labels, string scope, PodIdentity pod, string kind, int attempt)
    {
        labels[Agent] = scope;
        labels[Kind] = kind;
        labels[PodUid] = pod.Uid;
        labels[PodNamespace] = pod.Namespace;
        labels[PodName] = pod.Name;
        labels[Attempt] = attempt.ToString(CultureInfo.InvariantCulture);
    }
}
