using System.Text.Json;

namespace Grainhouse.Gateway.Tables;

/// <summary>What kubectl shows of a pod's containers: READY, STATUS and RESTARTS. After upstream's printPod.</summary>
internal sealed class PodStatusColumn
{
    private readonly Dictionary<string, bool> restartable = new(StringComparer.Ordinal);
    private DateTimeOffset? lastRestart;
    private DateTimeOffset? lastSidecarRestart;
    private long restarts;
    private long sidecarRestarts;
    private int ready;
    private int total;

    private PodStatusColumn(JsonElement pod)
    {
        var spec = pod.At("spec");
        var status = pod.At("status");
        total = spec.At("containers").Count();
        Status = status.At("reason").TextOr(status.At("phase").Text());
        if (Condition(status, "PodScheduled").At("reason").Text() == "SchedulingGated")
        {
            Status = "SchedulingGated";
        }

        foreach (var container in spec.At("initContainers").Items())
        {
            var sidecar = container.At("restartPolicy").Text() == "Always";
            restartable[container.At("name").Text()] = sidecar;
            total += sidecar ? 1 : 0;
        }

        if (!ReadInitContainers(spec, status) || Condition(status, "Initialized").At("status").Text() == "True")
        {
            ReadContainers(status);
        }

        if (pod.At("metadata", "deletionTimestamp").Exists())
        {
            Status = status.At("reason").Text() == "NodeLost" ? "Unknown"
                : status.At("phase").Text() is "Succeeded" or "Failed" ? Status
                : "Terminating";
        }
    }

    /// <summary>As in <c>1/2</c>.</summary>
    public string Ready => $"{ready}/{total}";

    /// <summary>As in <c>Running</c> or <c>CrashLoopBackOff</c>.</summary>
    public string Status { get; private set; }

    /// <summary>Reads a pod.</summary>
    public static PodStatusColumn Of(JsonElement pod) => new(pod);

    /// <summary>As in <c>1 (5s ago)</c>.</summary>
    public string Restarts(DateTimeOffset now) =>
        restarts != 0 && lastRestart is { } time ? $"{restarts} ({HumanDuration.Format(now - time)} ago)" : restarts.ToString();

    private static JsonElement Condition(JsonElement status, string type)
    {
        foreach (var condition in status.At("conditions").Items())
        {
            if (condition.At("type").Text() == type)
            {
                return condition;
            }
        }

        return default;
    }

    // True while the pod is still initializing.
    private bool ReadInitContainers(JsonElement spec, JsonElement status)
    {
        var index = 0;
        foreach (var container in status.At("initContainerStatuses").Items())
        {
            restarts += container.At("restartCount").Number();
            var ended = container.At("lastState", "terminated").At("finishedAt").Time();
            lastRestart = Later(lastRestart, ended);
            var sidecar = restartable.GetValueOrDefault(container.At("name").Text());
            if (sidecar)
            {
                sidecarRestarts += container.At("restartCount").Number();
                lastSidecarRestart = Later(lastSidecarRestart, ended);
            }

            var terminated = container.At("state", "terminated");
            if (terminated.Exists() && terminated.At("exitCode").Number() == 0)
            {
                index++;
                continue;
            }

            if (sidecar && container.At("started").IsTrue())
            {
                ready += container.At("ready").IsTrue() ? 1 : 0;
                index++;
                continue;
            }

            var waiting = container.At("state", "waiting").At("reason").Text();
            Status = terminated.Exists() ? "Init:" + Ending(terminated)
                : waiting is not ("" or "PodInitializing") ? "Init:" + waiting
                : $"Init:{index}/{spec.At("initContainers").Count()}";
            return true;
        }

        return false;
    }

    private void ReadContainers(JsonElement status)
    {
        restarts = sidecarRestarts;
        lastRestart = lastSidecarRestart;
        var running = false;
        var containers = status.At("containerStatuses");
        for (var i = containers.Count() - 1; i >= 0; i--)
        {
            var container = containers[i];
            restarts += container.At("restartCount").Number();
            lastRestart = Later(lastRestart, container.At("lastState", "terminated").At("finishedAt").Time());
            var state = container.At("state");
            if (state.At("waiting", "reason").Text() is { Length: > 0 } waiting)
            {
                Status = waiting;
            }
            else if (state.At("terminated").Exists())
            {
                Status = Ending(state.At("terminated"));
            }
            else if (container.At("ready").IsTrue() && state.At("running").Exists())
            {
                running = true;
                ready++;
            }
        }

        if (Status == "Completed" && running)
        {
            Status = Condition(status, "Ready").At("status").Text() == "True" ? "Running" : "NotReady";
        }
    }

    private static string Ending(JsonElement terminated) =>
        terminated.At("reason").Text() is { Length: > 0 } reason ? reason
        : terminated.At("signal").Number() is var signal and not 0 ? $"Signal:{signal}"
        : $"ExitCode:{terminated.At("exitCode").Number()}";

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other ?? one : one;
}
