using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage;

/// <summary>One caller's writes and its wait. Continuations never run on the writer that completes it.</summary>
internal sealed class CommitRequest(ImmutableArray<StoreWrite> writes)
    : TaskCompletionSource<ImmutableArray<WriteOutcome>>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>What is to be written.</summary>
    public ImmutableArray<StoreWrite> Writes { get; } = writes;

    /// <summary>What became of it, known once the transaction is durable.</summary>
    public ImmutableArray<WriteOutcome> Outcomes { get; set; }
}
