using Grainhouse.Cli.Readiness;

namespace Grainhouse.Cli.Progress;

/// <summary>One thing that <c>up</c> waits for.</summary>
internal sealed record ProgressRow(string Name, ObjectReadiness Readiness);

/// <summary>Shows how far things are.</summary>
internal interface IProgressView
{
    /// <summary>Shows rows until the updates end.</summary>
    Task ShowAsync(IAsyncEnumerable<IReadOnlyList<ProgressRow>> updates);
}
