using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Objects;

/// <summary>What a write request comes to. The grain does it; dry run or not is the grain's business alone.</summary>
public abstract record WriteDecision
{
    private WriteDecision()
    {
    }

    /// <summary>Words for the user beside the outcome (HTTP Warning headers), in the order of the document.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The request is refused.</summary>
    public sealed record Reject(ApiStatus Error) : WriteDecision;

    /// <summary>The request asks for what is so already: answer with the current object, spend no revision.</summary>
    public sealed record Unchanged : WriteDecision;

    /// <summary>Commit this document in the place of the current one.</summary>
    /// <param name="Object">At revision 0: the commit gives it its own.</param>
    public sealed record Commit(KubeObject Object) : WriteDecision;

    /// <summary>Delete the object: nothing holds it any more.</summary>
    /// <param name="LastState">The object as its watchers see it last; its revision is the current one.</param>
    public sealed record Remove(KubeObject LastState) : WriteDecision;
}
