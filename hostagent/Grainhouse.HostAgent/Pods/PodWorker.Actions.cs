using System.Diagnostics;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.HostAgent.Pods;

/// <summary>The hands: each action is one or two calls of the runtime, and its answer is an input.</summary>
internal sealed partial class PodWorker
{
    private IContainerRuntime Runtime => tools.Runtime;

    private CancellationToken WorkToken => (work ??= CancellationTokenSource.CreateLinkedTokenSource(lifetime)).Token;

    private Task PerformAsync(PodAction action) => action switch
    {
        PodAction.PrepareVolumes prepare => AnswerAsync(action, PrepareVolumesAsync(prepare), error => new PodInput.VolumesFailed(error.Message)),
        PodAction.EnsureSandbox ensure => AnswerAsync(action, EnsureSandboxAsync(ensure), error => new PodInput.SandboxFailed(error.Message)),
        PodAction.RemoveSandbox remove => AnswerAsync(action, RemoveSandboxAsync(remove), error => new PodInput.SandboxRemoveFailed(error.Message)),
        PodAction.RemoveFiles => AnswerAsync(action, RemoveFilesAsync(), _ => new PodInput.FilesRemoved()),
        PodAction.FindImage find => AnswerAsync(action, FindImageAsync(find), error => new PodInput.ImageFailed(find.Container, KindOf(error), error.Message)),
        PodAction.PullImage pull => AnswerAsync(action, PullImageAsync(pull, WorkToken), error => new PodInput.ImageFailed(pull.Container, KindOf(error), error.Message)),
        PodAction.StartContainer start => AnswerAsync(action, StartAsync(start), error => new PodInput.StartFailed(start.Spec.Name, start.Spec.Attempt, KindOf(error), error.Message)),
        PodAction.StopContainer stop => AnswerAsync(action, StopAsync(stop), error => StopAnswer(stop, error)),
        PodAction.RemoveContainer remove => AnswerAsync(action, RemoveContainerAsync(remove), _ => null),
        PodAction.RunHook hook => AnswerAsync(action, RunHookAsync(hook, WorkToken), error => new PodInput.HookDone(hook.ContainerId, hook.Kind, error.Message)),
        PodAction.RunProbe probe => AnswerAsync(action, RunProbeAsync(probe), error => new PodInput.Probed(probe.ContainerId, probe.Kind, ProbeOutcome.Failure, $"errored: {error.Message}")),
        _ => throw new UnreachableException($"No hand for {action.GetType().Name}."),
    };

    /// <summary>Looks at one container, because something is said to have happened to it.</summary>
    public void Look(string containerId) => _ = AnswerAsync(null, LookAsync(containerId), _ => null);

    private async Task AnswerAsync(PodAction? action, Task<PodInput?> performing, Func<Exception, PodInput?> onError)
    {
        PodInput? answer;
        try
        {
            answer = await performing;
        }
        catch (OperationCanceledException) when (lifetime.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error) when (error is RuntimeException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            answer = onError(error);
        }
        catch (Exception error)
        {
            // The edge of an action: whatever it was, the pod's state machine must get its answer, or it would wait for ever.
            LogActionFailed(error, action?.GetType().Name ?? nameof(Look), state.FullName);
            answer = onError(error);
        }

        if (answer is not null)
        {
            Post(answer);
        }
    }

    private static RuntimeErrorKind KindOf(Exception error) => error is RuntimeException known ? known.Kind : RuntimeErrorKind.Unavailable;

    private async Task<PodInput?> PrepareVolumesAsync(PodAction.PrepareVolumes prepare)
    {
        if (tools.Volumes is null)
        {
            return new PodInput.VolumesPrepared();
        }

        // Off the mailbox's turn: this is all file system work.
        await Task.Yield();
        var error = await tools.Volumes.PrepareAsync(state, prepare.Pod, prepare.Objects, lifetime);
        return error.Length == 0 ? new PodInput.VolumesPrepared() : new PodInput.VolumesFailed(error);
    }

    private async Task<PodInput?> EnsureSandboxAsync(PodAction.EnsureSandbox ensure) =>
        new PodInput.SandboxReady(await Runtime.EnsureSandboxAsync(ensure.Spec, lifetime));

    private async Task<PodInput?> RemoveSandboxAsync(PodAction.RemoveSandbox remove)
    {
        await IgnoreMissingAsync(Runtime.RemoveSandboxAsync(remove.SandboxId, lifetime));
        return new PodInput.SandboxRemoved();
    }

    private async Task<PodInput?> RemoveFilesAsync()
    {
        if (tools.Volumes is { } volumes)
        {
            await Task.Yield();
            await volumes.RemoveAsync(state.Identity.Uid, lifetime);
        }

        return new PodInput.FilesRemoved();
    }

    private async Task<PodInput?> FindImageAsync(PodAction.FindImage find) =>
        new PodInput.ImageFound(find.Container, (await Runtime.FindImageAsync(find.Image, lifetime))?.Id);

    private async Task<PodInput?> PullImageAsync(PodAction.PullImage pull, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        RuntimeException? refused = null;
        foreach (var credentials in pull.Credentials.IsEmpty ? [null] : pull.Credentials.Cast<RegistryCredentials?>())
        {
            try
            {
                var image = await Runtime.PullImageAsync(pull.Image, credentials, cancellationToken);
                return new PodInput.ImagePulled(pull.Container, image.Id, image.SizeBytes, time.GetElapsedTime(began));
            }
            catch (RuntimeException error) when (error.Kind is RuntimeErrorKind.ImageNotFound or RuntimeErrorKind.ImagePull)
            {
                refused = error;
            }
        }

        return new PodInput.ImageFailed(pull.Container, refused!.Kind, refused.Message);
    }

    private async Task<PodInput?> StartAsync(PodAction.StartContainer start)
    {
        tools.Volumes?.PrepareContainer(start.Spec);
        var container = await Runtime.StartContainerAsync(start.SandboxId, start.Spec, lifetime);
        var lastWords = container.Phase == ContainerPhase.Exited ? await LastWords.ReadAsync(state, container, Runtime, lifetime) : "";
        return new PodInput.Started(start.Spec.Name, container, lastWords);
    }

    private async Task<PodInput?> StopAsync(PodAction.StopContainer stop) =>
        await EndedAsync(await Runtime.StopContainerAsync(stop.ContainerId, stop.Grace, lifetime));

    private static PodInput StopAnswer(PodAction.StopContainer stop, Exception error) => KindOf(error) == RuntimeErrorKind.NotFound
        ? new PodInput.ContainerMissing(stop.ContainerId)
        : new PodInput.StopFailed(stop.ContainerId, error.Message);

    private async Task<PodInput?> RemoveContainerAsync(PodAction.RemoveContainer remove)
    {
        await IgnoreMissingAsync(Runtime.RemoveContainerAsync(remove.ContainerId, lifetime));
        return null;
    }

    private async Task<PodInput?> LookAsync(string containerId)
    {
        var container = await Runtime.InspectContainerAsync(containerId, lifetime);
        return container is null ? new PodInput.ContainerMissing(containerId)
            : container.Phase == ContainerPhase.Exited ? await EndedAsync(container)
            : null;
    }

    private async Task<PodInput> EndedAsync(ContainerState container) =>
        new PodInput.ContainerObserved(container, await LastWords.ReadAsync(state, container, Runtime, lifetime));

    private async Task<PodInput?> RunHookAsync(PodAction.RunHook hook, CancellationToken cancellationToken)
    {
        var finding = await tools.Prober.AskAsync(Runtime, hook.ContainerId, hook.Target, hook.Timeout, cancellationToken);
        return new PodInput.HookDone(hook.ContainerId, hook.Kind, finding.Outcome == ProbeOutcome.Success ? "" : finding.Message);
    }

    private async Task<PodInput?> RunProbeAsync(PodAction.RunProbe probe)
    {
        var finding = await tools.Prober.AskAsync(Runtime, probe.ContainerId, probe.Target, probe.Timeout, lifetime);
        return new PodInput.Probed(probe.ContainerId, probe.Kind, finding.Outcome, finding.Message);
    }

    private static async Task IgnoreMissingAsync(Task removing)
    {
        try
        {
            await removing;
        }
        catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.NotFound)
        {
            // What is gone already needs no removal.
        }
    }
}
