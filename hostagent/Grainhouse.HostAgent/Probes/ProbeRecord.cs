using k8s.Models;

namespace Grainhouse.HostAgent.Probes;

/// <summary>Which of a container's probes.</summary>
public enum ProbeKind
{
    /// <summary>Holds the others back until it has succeeded; its failure restarts the container.</summary>
    Startup = 0,

    /// <summary>Says whether the container may serve.</summary>
    Readiness = 1,

    /// <summary>Its failure restarts the container.</summary>
    Liveness = 2,
}

/// <summary>What a probe has found.</summary>
public enum ProbeOutcome
{
    /// <summary>Nothing yet.</summary>
    Unknown = 0,

    /// <summary>The container answered as it should.</summary>
    Success = 1,

    /// <summary>It did not.</summary>
    Failure = 2,
}

/// <summary>The books of one probe of one attempt of a container: what it found, how often in a row, and when it is due again.</summary>
/// <param name="Spec">The probe as the pod's spec has it.</param>
public sealed record ProbeRecord(V1Probe Spec)
{
    /// <summary>The verdict: an outcome counts once it came as often in a row as its threshold asks.</summary>
    public ProbeOutcome Result { get; init; }

    /// <summary>The newest outcome.</summary>
    public ProbeOutcome Newest { get; init; }

    /// <summary>How often the newest outcome came in a row.</summary>
    public int InARow { get; init; }

    /// <summary>When it is due.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Whether it runs now.</summary>
    public bool Running { get; init; }

    /// <summary>Default 10 s, as in Kubernetes.</summary>
    public TimeSpan Period => TimeSpan.FromSeconds(Spec.PeriodSeconds is > 0 and var seconds ? seconds : 10);

    /// <summary>Default 1 s, as in Kubernetes.</summary>
    public TimeSpan Timeout => TimeSpan.FromSeconds(Spec.TimeoutSeconds is > 0 and var seconds ? seconds : 1);

    /// <summary>From the container's start to the first probe; default 0.</summary>
    public TimeSpan InitialDelay => TimeSpan.FromSeconds(Math.Max(0, Spec.InitialDelaySeconds ?? 0));

    private int SuccessThreshold => Math.Max(1, Spec.SuccessThreshold ?? 1);

    private int FailureThreshold => Spec.FailureThreshold is > 0 and var threshold ? threshold : 3;

    /// <summary>A fresh book for a container that started at <paramref name="startedAt"/>.</summary>
    public static ProbeRecord? For(V1Probe? spec, DateTimeOffset startedAt, ProbeOutcome result = ProbeOutcome.Unknown)
    {
        if (spec is null)
        {
            return null;
        }

        var fresh = new ProbeRecord(spec) { Result = result };
        return fresh with { DueAt = startedAt + fresh.InitialDelay };
    }

    /// <summary>Enters an outcome.</summary>
    public ProbeRecord Enter(ProbeOutcome outcome, DateTimeOffset now)
    {
        var inARow = outcome == Newest ? InARow + 1 : 1;
        var counts = inARow >= (outcome == ProbeOutcome.Success ? SuccessThreshold : FailureThreshold);
        return this with
        {
            Newest = outcome,
            InARow = inARow,
            Result = counts ? outcome : Result,
            Running = false,
            DueAt = now + Period,
        };
    }
}
