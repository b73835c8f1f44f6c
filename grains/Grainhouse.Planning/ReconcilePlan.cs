using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning;

/// <summary>One thing that a reconciler wants done. Safe to do twice: names, uids and revisions are in it.</summary>
public abstract record ReconcileAction
{
    private ReconcileAction()
    {
    }

    /// <summary>What users are told once the action has been done; null: nothing.</summary>
    public EventDraft? Done { get; init; }

    /// <summary>What users are told when the action was refused, its message followed by the error's; null: nothing.</summary>
    public EventDraft? Failed { get; init; }

    /// <summary>Create an object. That it exists already is no error: the next look decides.</summary>
    public sealed record Create(ObjectKey Key, JsonObject Document) : ReconcileAction;

    /// <summary>Replace an object, or a subresource of it, unless it has changed since <paramref name="Revision"/>.</summary>
    /// <param name="Key">The object.</param>
    /// <param name="Revision">The revision the decision was made from; a conflict means: look again.</param>
    /// <param name="Document">The whole document, without resourceVersion.</param>
    /// <param name="Subresource">Empty, or <c>status</c>.</param>
    public sealed record Replace(ObjectKey Key, long Revision, JsonObject Document, string Subresource = "") : ReconcileAction;

    /// <summary>Delete the object that has this uid.</summary>
    public sealed record Delete(ObjectKey Key, string Uid, DeletionOptions Options) : ReconcileAction;

    /// <summary>Tell users something: becomes an Event, aggregated with its equals.</summary>
    public sealed record Emit(EventDraft Event) : ReconcileAction;
}

/// <summary>An event before it is aggregated and named.</summary>
/// <param name="About">The object it is about.</param>
/// <param name="AboutUid">That object's uid.</param>
/// <param name="FieldPath">As in <c>spec.containers{web}</c>; may be empty.</param>
/// <param name="Component">Who says it, as in <c>deployment-controller</c>.</param>
/// <param name="Type"><c>Normal</c> or <c>Warning</c>.</param>
/// <param name="Reason">As in <c>ScalingReplicaSet</c>.</param>
/// <param name="Message">Words for a person.</param>
public sealed record EventDraft(ObjectKey About, string AboutUid, string FieldPath, string Component, string Type, string Reason, string Message)
{
    /// <summary>The node that it happened on (<c>source.host</c>); empty for none.</summary>
    public string Host { get; init; } = "";
}

/// <summary>The refusal of a creation in the plan before, which the shell hands to the next decision.</summary>
/// <param name="Error">What the API answered.</param>
/// <param name="At">When.</param>
/// <param name="Attempts">How many plans in a row ended so, at least 1.</param>
public sealed record ActionFailure(ApiStatus Error, DateTimeOffset At, int Attempts)
{
    /// <summary>When a reconciler may try again: 1 s after the first refusal, twice as long after each more, at most 60 s.</summary>
    public DateTimeOffset RetryAt => At + TimeSpan.FromSeconds(Math.Min(60, 1L << Math.Min(Attempts - 1, 6)));
}

/// <summary>What a reconciler decided: what to do now, and when to look again though nothing changes.</summary>
/// <param name="Actions">In order; the shell may do neighbouring creations and deletions in parallel.</param>
/// <param name="WakeAt">When to look again; null if only a change can matter.</param>
public sealed record ReconcilePlan(ImmutableArray<ReconcileAction> Actions, DateTimeOffset? WakeAt = null)
{
    /// <summary>Nothing to do.</summary>
    public static ReconcilePlan Nothing { get; } = new([]);
}
