using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Wakes;

/// <summary>Whether a Deployment or ReplicaSet shows that it is not yet as it was asked for, read once per revision.</summary>
/// <remarks>
/// Its reconciler has a timer then, or waits for a change. A timer dies with its activation, so what is unfinished is looked at
/// now and then by whoever owns it, too.
/// </remarks>
public static class UnfinishedWork
{
    private static readonly Func<KubeObject, State> Reader = Read;

    /// <summary>Whether it is unfinished.</summary>
    public static bool Shows(KubeObject item) => item.View(Reader).IsUnfinished;

    private static State Read(KubeObject item)
    {
        var document = item.ToMutable();
        var status = document.Object("status");
        long wanted = document.Object("spec").Int("replicas", 1);
        return new State(
            (status.Number("observedGeneration") ?? 0) != item.Header.Generation
            || (status.Number("replicas") ?? 0) != wanted
            || (status.Number("availableReplicas") ?? 0) != wanted);
    }

    private sealed record State(bool IsUnfinished);
}
