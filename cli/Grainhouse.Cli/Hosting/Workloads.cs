using Grainhouse.HostAgent;
using Grainhouse.HostAgent.Hosting;
using Grainhouse.HostAgent.Runtimes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Cli.Hosting;

/// <summary>The workloads that an agent left running, found by what its runtimes keep with them.</summary>
internal static class Workloads
{
    /// <summary>Stops all pods of a data directory's agent and removes what they used; returns how many there were.</summary>
    /// <param name="options">The options that the agent ran with.</param>
    /// <param name="longestGrace">The most that a pod gets to end; one that asks for less gets what it asks for.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<int> StopAsync(HostAgentOptions options, TimeSpan longestGrace, CancellationToken cancellationToken)
    {
        var asked = LastOrders.GracePeriods(options);
        var stopped = 0;
        foreach (var runtime in HostRuntimes.Create(options, TimeProvider.System, NullLoggerFactory.Instance))
        {
            await using (runtime)
            {
                stopped += await StopAsync(runtime, options, GraceOf, cancellationToken);
            }
        }

        return stopped;

        TimeSpan GraceOf(SandboxState sandbox) =>
            asked.TryGetValue(sandbox.Pod.Uid, out var period) && period < longestGrace ? period : longestGrace;
    }

    private static async Task<int> StopAsync(
        IContainerRuntime runtime, HostAgentOptions options, Func<SandboxState, TimeSpan> graceOf, CancellationToken cancellationToken)
    {
        try
        {
            var sandboxes = await runtime.ListAsync(cancellationToken);
            await Task.WhenAll(sandboxes.Select(sandbox => StopAsync(runtime, sandbox, graceOf(sandbox), cancellationToken)));
            return sandboxes.Length;
        }
        catch (RuntimeException error) when (error.Kind is RuntimeErrorKind.Unavailable && options.Runtime is not RuntimeChoice.Docker)
        {
            // Without an engine in reach there is nothing of ours that could run there.
            return 0;
        }
        catch (RuntimeException error)
        {
            throw new CliException($"Workloads could not be stopped: {error.Message}", ExitCode.Failure, error);
        }
    }

    private static async Task StopAsync(IContainerRuntime runtime, SandboxState sandbox, TimeSpan grace, CancellationToken cancellationToken)
    {
        await Task.WhenAll(sandbox.Containers
            .Where(container => container.Phase == ContainerPhase.Running)
            .Select(container => runtime.StopContainerAsync(container.Id, grace, cancellationToken)));
        await runtime.RemoveSandboxAsync(sandbox.Id, cancellationToken);
    }
}
