using System.Collections.Immutable;
using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Getting images onto the host.</summary>
internal sealed partial class PodTurn
{
    /// <summary>How long ErrImagePull is shown before it turns into ImagePullBackOff: about as long as kubelet takes to look again.</summary>
    private static readonly TimeSpan PullErrorShown = TimeSpan.FromSeconds(2);

    private static string PullPolicy(ContainerRecord container) =>
        container.Spec.ImagePullPolicy is { Length: > 0 } policy ? policy : "IfNotPresent";

    private void BeginImage(int index)
    {
        var container = state.Containers[index];
        if (PullPolicy(container) == "Always")
        {
            Pull(index);
            return;
        }

        Set(index, container with { Stage = ContainerStage.FindingImage });
        actions.Add(new PodAction.FindImage(container.Name, container.Spec.Image ?? ""));
    }

    private void Pull(int index)
    {
        var container = state.Containers[index];
        Set(index, container with { Stage = ContainerStage.PullingImage });
        Report(container, warning: false, "Pulling", $"Pulling image \"{container.Spec.Image}\"");
        actions.Add(new PodAction.PullImage(container.Name, container.Spec.Image ?? "", PullSecrets.Of(Pod, state.Objects)));
    }

    private void TakeImageFound(PodInput.ImageFound found)
    {
        var index = IndexOf(found.Container);
        if (index < 0 || state.Containers[index] is not { Stage: ContainerStage.FindingImage } container)
        {
            return;
        }

        if (found.ImageId is not null)
        {
            Set(index, WithImage(container, found.ImageId));
            Report(container, warning: false, "Pulled", $"Container image \"{container.Spec.Image}\" already present on machine");
        }
        else if (PullPolicy(container) == "Never")
        {
            var message = $"Container image \"{container.Spec.Image}\" is not present with pull policy of Never";
            Report(container, warning: true, "ErrImageNeverPull", message);
            WaitForImage(index, "ErrImageNeverPull", message, TimeSpan.FromSeconds(10));
        }
        else
        {
            Pull(index);
        }
    }

    private void TakeImagePulled(PodInput.ImagePulled pulled)
    {
        var index = IndexOf(pulled.Container);
        if (index < 0 || state.Containers[index] is not { Stage: ContainerStage.PullingImage } container)
        {
            return;
        }

        Set(index, WithImage(container, pulled.ImageId));
        var took = GoDuration.Format(pulled.Took);
        Report(container, warning: false, "Pulled",
            $"Successfully pulled image \"{container.Spec.Image}\" in {took} ({took} including waiting). Image size: {pulled.SizeBytes} bytes.");
    }

    private static ContainerRecord WithImage(ContainerRecord container, string imageId)
    {
        var shows = container.WaitingReason is not ("" or "CrashLoopBackOff" or "RunContainerError");
        return container with
        {
            Stage = ContainerStage.Waiting,
            ImageReady = true,
            ImageId = imageId,
            PullError = "",
            PullBackOff = default,
            WaitingReason = shows ? "" : container.WaitingReason,
            WaitingMessage = shows ? "" : container.WaitingMessage,
        };
    }

    private void TakeImageFailed(PodInput.ImageFailed failed)
    {
        var index = IndexOf(failed.Container);
        if (index < 0 || state.Containers[index] is not { Stage: ContainerStage.FindingImage or ContainerStage.PullingImage } container)
        {
            return;
        }

        if (failed.Kind == RuntimeErrorKind.InvalidImageName)
        {
            Report(container, warning: true, "InspectFailed", $"Failed to apply default image tag \"{container.Spec.Image}\": {failed.Message}");
            Report(container, warning: true, "Failed", "Error: InvalidImageName");
            WaitForImage(index, "InvalidImageName", $"Failed to apply default image tag \"{container.Spec.Image}\": {failed.Message}", TimeSpan.FromSeconds(10));
        }
        else if (failed.Kind == RuntimeErrorKind.Unavailable)
        {
            WaitForImage(index, container.WaitingReason, container.WaitingMessage, TimeSpan.FromSeconds(1));
        }
        else
        {
            var backOff = container.PullBackOff.Grow(now, now);
            Report(container, warning: true, "Failed", $"Failed to pull image \"{container.Spec.Image}\": {failed.Message}");
            Report(container, warning: true, "Failed", "Error: ErrImagePull");
            WaitForImage(index, "ErrImagePull", failed.Message, backOff.Delay);
            Set(index, state.Containers[index] with { PullBackOff = backOff, PullError = failed.Message });
        }

        if (state.IsStopping)
        {
            return;
        }

        WakeBy(state.Containers[index].RetryAt);
    }

    private void WaitForImage(int index, string reason, string message, TimeSpan delay) => Set(index, state.Containers[index] with
    {
        Stage = ContainerStage.Waiting,
        WaitingReason = reason,
        WaitingMessage = message,
        RetryAt = now + delay,
    });

    private void ShowPullBackOff(int index)
    {
        var container = state.Containers[index];
        if (container.WaitingReason != "ErrImagePull")
        {
            return;
        }

        var shownUntil = container.PullBackOff.UpdatedAt + PullErrorShown;
        if (now < shownUntil)
        {
            WakeBy(shownUntil);
            return;
        }

        var message = $"Back-off pulling image \"{container.Spec.Image}\"";
        Report(container, warning: false, "BackOff", message);
        Report(container, warning: true, "Failed", "Error: ImagePullBackOff");
        Set(index, container with { WaitingReason = "ImagePullBackOff", WaitingMessage = $"{message}: ErrImagePull: {container.PullError}" });
    }
}
