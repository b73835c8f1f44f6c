using System.Collections.Immutable;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Nodes;

/// <summary>Follows one runtime: its events, and a full look now and then, since an event may be missed.</summary>
internal sealed partial class RuntimeObserver(PodTools tools, NodePods pods, TimeProvider time, ILogger logger)
{
    /// <summary>How often everything is looked at even if nothing seems to happen. Events make it rarely matter.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Signal wanted = new(time);

    /// <summary>Everything that the runtime has; tries until the runtime answers.</summary>
    public async Task<ImmutableArray<SandboxState>> ListAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await tools.Runtime.ListAsync(cancellationToken);
            }
            catch (RuntimeException error)
            {
                LogListFailed(error, tools.Runtime.Name);
                await Task.Delay(RetryInterval, time, cancellationToken);
            }
        }
    }

    /// <summary>Asks for a look soon. Safe to call often.</summary>
    public void Want() => wanted.Set();

    /// <summary>Follows the runtime until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(WatchAsync(cancellationToken), LookAsync(cancellationToken));

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var happened in tools.Runtime.WatchAsync(cancellationToken))
                {
                    Take(happened);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (RuntimeException error)
            {
                LogWatchFailed(error, tools.Runtime.Name);
            }

            await Task.Delay(RetryInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

            // Whatever happened in between was missed.
            Want();
        }
    }

    private void Take(RuntimeEvent happened)
    {
        if (happened.ContainerId.Length == 0 || happened.ContainerId == happened.SandboxId || pods.Find(happened.PodUid) is not { } worker)
        {
            Want();
            return;
        }

        worker.Look(happened.ContainerId);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await wanted.WaitAsync(LookInterval, cancellationToken);
                var takenAt = time.GetUtcNow();
                pods.TakeListing(tools, await ListAsync(cancellationToken), takenAt);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(3020, LogLevel.Warning, "The {Runtime} runtime cannot be listed; trying again")]
    private partial void LogListFailed(Exception error, string runtime);

    [LoggerMessage(3021, LogLevel.Warning, "The {Runtime} runtime's events ended; watching again")]
    private partial void LogWatchFailed(Exception error, string runtime);
}
