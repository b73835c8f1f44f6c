using System.Collections.Immutable;
using System.Reflection;
using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.Simulation.Tests;

/// <summary>An engine as an agent sees it that has forgotten all that ran before it: sandboxes have numbers of their own in each life.</summary>
/// <remarks>A proxy, since all but two of the engine's calls only pass through.</remarks>
internal class ForgetfulRuntime : DispatchProxy
{
    // Sandboxes that one life makes of a pod.
    private const int Most = 1_000;

    private IContainerRuntime runtime = null!;
    private int first;

    /// <summary>Puts it before an engine.</summary>
    /// <param name="runtime">The engine.</param>
    /// <param name="first">The first number of this life's sandboxes.</param>
    public static IContainerRuntime Over(IContainerRuntime runtime, int first)
    {
        var made = Create<IContainerRuntime, ForgetfulRuntime>();
        var forgetful = (ForgetfulRuntime)made;
        (forgetful.runtime, forgetful.first) = (runtime, first * Most);
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IContainerRuntime.ListAsync) => ListAsync((CancellationToken)args![0]!),
        nameof(IContainerRuntime.EnsureSandboxAsync) => EnsureAsync((SandboxSpec)args![0]!, (CancellationToken)args[1]!),
        _ => targetMethod.Invoke(runtime, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null),
    };

    private async Task<ImmutableArray<SandboxState>> ListAsync(CancellationToken cancellationToken)
    {
        var all = await runtime.ListAsync(cancellationToken);
        return [.. all.Where(sandbox => sandbox.Attempt >= first && sandbox.Attempt < first + Most).Select(Own)];
    }

    private async Task<SandboxState> EnsureAsync(SandboxSpec spec, CancellationToken cancellationToken) =>
        Own(await runtime.EnsureSandboxAsync(spec with { Attempt = first + spec.Attempt }, cancellationToken));

    private SandboxState Own(SandboxState sandbox) => sandbox with { Attempt = sandbox.Attempt - first };
}
