using System.Text.Json;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Gateway.Calls.Kinds;

/// <summary>Pods as messages.</summary>
internal static class PodMessages
{
    private static readonly string[] States = ["running", "terminated", "waiting"];

    /// <summary>A pod.</summary>
    public static Pod Make(JsonElement root)
    {
        var spec = root.At("spec");
        var status = root.At("status");
        var message = new Pod
        {
            Metadata = MetadataMessages.Make(root.At("metadata")),
            NodeName = spec.At("nodeName").Text(),
            ServiceAccount = spec.At("serviceAccountName").Text(),
            RestartPolicy = spec.At("restartPolicy").Text(),
            Phase = status.At("phase").Text(),
            Reason = status.At("reason").Text(),
            Message = status.At("message").Text(),
            PodIp = status.At("podIP").Text(),
            HostIp = status.At("hostIP").Text(),
            StartTime = MetadataMessages.Time(status.At("startTime")),
        };
        message.Containers.AddRange(Containers(spec, "containers"));
        message.InitContainers.AddRange(Containers(spec, "initContainers"));
        message.Conditions.AddRange(MetadataMessages.Conditions(status));
        message.ContainerStatuses.AddRange(Statuses(status, "containerStatuses"));
        message.InitContainerStatuses.AddRange(Statuses(status, "initContainerStatuses"));
        return message;
    }

    /// <summary>The containers of a pod's spec.</summary>
    public static IEnumerable<Container> Containers(JsonElement spec, string list)
    {
        foreach (var container in spec.At(list).Items())
        {
            var message = new Container { Name = container.At("name").Text(), Image = container.At("image").Text() };
            MetadataMessages.AddTo(message.Command, container.At("command"));
            MetadataMessages.AddTo(message.Args, container.At("args"));
            MetadataMessages.AddTo(message.Requests, container.At("resources", "requests"));
            MetadataMessages.AddTo(message.Limits, container.At("resources", "limits"));
            foreach (var port in container.At("ports").Items())
            {
                message.Ports.Add(new ContainerPort
                {
                    Name = port.At("name").Text(), ContainerPort_ = (int)port.At("containerPort").Number(), Protocol = port.At("protocol").Text(),
                });
            }

            yield return message;
        }
    }

    private static IEnumerable<ContainerStatus> Statuses(JsonElement status, string list)
    {
        foreach (var container in status.At(list).Items())
        {
            var message = new ContainerStatus
            {
                Name = container.At("name").Text(),
                Image = container.At("image").Text(),
                ContainerId = container.At("containerID").Text(),
                Ready = container.At("ready").IsTrue(),
                RestartCount = (int)container.At("restartCount").Number(),
                State = Array.Find(States, state => container.At("state", state).Exists()) ?? "",
            };
            var now = container.At("state", message.State);
            message.Reason = now.At("reason").Text();
            message.Message = now.At("message").Text();
            message.StartedAt = MetadataMessages.Time(now.At("startedAt"));
            message.FinishedAt = MetadataMessages.Time(now.At("finishedAt"));
            if (now.At("exitCode").Exists())
            {
                message.ExitCode = (int)now.At("exitCode").Number();
            }

            yield return message;
        }
    }
}
