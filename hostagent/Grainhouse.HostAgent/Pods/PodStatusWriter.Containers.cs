using System.Text.Json;

namespace Grainhouse.HostAgent.Pods;

/// <summary>The statuses of containers.</summary>
public static partial class PodStatusWriter
{
    private static void WriteContainers(Utf8JsonWriter json, PodState state, ReadOnlySpan<byte> name, Func<ContainerRole, bool> includes)
    {
        var any = false;
        foreach (var container in state.Containers)
        {
            if (!includes(container.Role))
            {
                continue;
            }

            if (!any)
            {
                json.WriteStartArray(name);
                any = true;
            }

            WriteContainer(json, state, container);
        }

        if (any)
        {
            json.WriteEndArray();
        }
    }

    private static void WriteContainer(Utf8JsonWriter json, PodState state, ContainerRecord container)
    {
        // Between two attempts the runtime still shows the dead one, unless there is a reason to wait.
        var between = container.Stage < ContainerStage.Running && container.Last is not null && container.WaitingReason.Length == 0;
        var former = between ? null : container.Last;

        json.WriteStartObject();
        json.WriteString("name"u8, container.Name);
        json.WriteStartObject("state"u8);
        if (container.IsRunning)
        {
            json.WriteStartObject("running"u8);
            WriteTime(json, "startedAt"u8, container.StartedAt);
            json.WriteEndObject();
        }
        else if (container.Ended is { } ended)
        {
            WriteTermination(json, state, ended);
        }
        else if (between)
        {
            WriteTermination(json, state, container.Last!);
        }
        else
        {
            WriteWaiting(json, state, container);
        }

        json.WriteEndObject();
        json.WriteStartObject("lastState"u8);
        if (former is not null)
        {
            WriteTermination(json, state, former);
        }

        json.WriteEndObject();
        json.WriteBoolean("ready"u8, container.IsReady);
        json.WriteNumber("restartCount"u8, container.RestartCount);
        json.WriteString("image"u8, container.Spec.Image ?? "");
        json.WriteString("imageID"u8, container.ImageId);
        var id = ContainerId(state.Facts, container.RuntimeId.Length > 0 ? container.RuntimeId : container.PreviousId);
        WriteIfAny(json, "containerID"u8, id);
        if (container.Role != ContainerRole.Ephemeral)
        {
            json.WriteBoolean("started"u8, container.Role == ContainerRole.Init ? container.IsRunning : container.IsStarted);
        }

        json.WriteEndObject();
    }

    private static void WriteWaiting(Utf8JsonWriter json, PodState state, ContainerRecord container)
    {
        json.WriteStartObject("waiting"u8);
        var reason = container.WaitingReason;
        if (reason.Length == 0)
        {
            reason = HasInitWork(state) ? "PodInitializing" : "ContainerCreating";
        }

        json.WriteString("reason"u8, reason);
        WriteIfAny(json, "message"u8, container.WaitingMessage);
        json.WriteEndObject();
    }

    private static bool HasInitWork(PodState state)
    {
        foreach (var container in state.Containers)
        {
            if (container.Role is ContainerRole.Init or ContainerRole.Sidecar)
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteTermination(Utf8JsonWriter json, PodState state, Termination termination)
    {
        json.WriteStartObject("terminated"u8);
        json.WriteNumber("exitCode"u8, termination.ExitCode);
        json.WriteString("reason"u8, termination.Reason);
        WriteIfAny(json, "message"u8, termination.Message);
        WriteTime(json, "startedAt"u8, termination.StartedAt);
        WriteTime(json, "finishedAt"u8, termination.FinishedAt);
        WriteIfAny(json, "containerID"u8, ContainerId(state.Facts, termination.ContainerId));
        json.WriteEndObject();
    }
}
