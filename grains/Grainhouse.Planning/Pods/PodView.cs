using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Pods;

/// <summary>A port that a container of a pod names.</summary>
/// <param name="Name">As in <c>http</c>.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</param>
/// <param name="Number">The port in the pod.</param>
public readonly record struct NamedPort(string Name, string Protocol, int Number);

/// <summary>What controllers look at in a pod, read once per revision without a typed model.</summary>
public sealed class PodView
{
    private static readonly Func<KubeObject, PodView> Reader = PodViewReader.Read;

    internal PodView(KubeObject pod)
    {
        Object = pod;
        Header = pod.Header;
    }

    /// <summary>The pod.</summary>
    public KubeObject Object { get; }

    /// <summary>Its metadata.</summary>
    public ObjectHeader Header { get; }

    /// <summary>Its name.</summary>
    public string Name => Object.Key.Name;

    /// <summary><c>status.phase</c>; Pending if absent.</summary>
    public string Phase { get; internal set; } = PodPhases.Pending;

    /// <summary>Whether the Ready condition is True.</summary>
    public bool Ready { get; internal set; }

    /// <summary>Since when the Ready condition has its status; null if unknown.</summary>
    public DateTimeOffset? ReadySince { get; internal set; }

    /// <summary><c>spec.nodeName</c>; empty for a pod that is not bound.</summary>
    public string Node { get; internal set; } = "";

    /// <summary><c>status.podIP</c>; empty if it has none yet.</summary>
    public string Ip { get; internal set; } = "";

    /// <summary><c>spec.hostname</c>.</summary>
    public string Hostname { get; internal set; } = "";

    /// <summary><c>spec.subdomain</c>.</summary>
    public string Subdomain { get; internal set; } = "";

    /// <summary>The restarts of all containers together.</summary>
    public int Restarts { get; internal set; }

    /// <summary>The ports that containers name, in order.</summary>
    public ImmutableArray<NamedPort> Ports { get; internal set; } = [];

    /// <summary>Whether it is being deleted.</summary>
    public bool Deleting => Header.DeletionTimestamp is not null;

    /// <summary>Whether all its containers have ended for good.</summary>
    public bool Ended => Phase is PodPhases.Succeeded or PodPhases.Failed;

    /// <summary>Whether it counts as a replica: it runs or will, and nobody deletes it.</summary>
    public bool Active => !Ended && !Deleting;

    /// <summary>The <c>pod-template-hash</c> label; empty if absent.</summary>
    public string TemplateHash => Header.Labels.GetValueOrDefault(WellKnownLabels.TemplateHash, "");

    /// <summary>The view of a pod, made on first use.</summary>
    public static PodView Of(KubeObject pod) => pod.View(Reader);

    /// <summary>Whether it has been ready for long enough to count on.</summary>
    public bool IsAvailable(int minReadySeconds, DateTimeOffset now) =>
        Ready && (minReadySeconds == 0 || (ReadySince is { } since && since.AddSeconds(minReadySeconds) <= now));
}
