using Docker.DotNet.Models;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>The engine's view of a container in the agent's terms.</summary>
internal static class DockerStates
{
    public static ContainerState Of(ContainerInspectResponse found)
    {
        var state = found.State;
        var started = Rfc3339.ReadOrNull(state.StartedAt);
        var phase = PhaseOf(state.Status, state.Running, started, state.ExitCode);
        return new ContainerState
        {
            Id = found.ID,
            Name = DockerLabels.Get(found.Config.Labels, DockerLabels.Container),
            Attempt = DockerLabels.AttemptOf(found.Config.Labels),
            Phase = phase,
            Image = DockerLabels.Get(found.Config.Labels, DockerLabels.Image) is { Length: > 0 } asked ? asked : found.Config.Image,
            ImageId = found.Image,
            StartedAt = started,
            // The engine keeps the end of the run before while a container runs.
            FinishedAt = phase == ContainerPhase.Exited ? NotBefore(started, Rfc3339.ReadOrNull(state.FinishedAt)) : null,
            ExitCode = phase == ContainerPhase.Exited ? (int)state.ExitCode : 0,
            OutOfMemory = state.OOMKilled,
            Error = state.Error ?? "",
            ProcessId = phase == ContainerPhase.Running ? (int)state.Pid : 0,
            Labels = DockerLabels.Others(found.Config.Labels),
        };
    }

    private static ContainerPhase PhaseOf(string status, bool running, DateTimeOffset? started, long exitCode) => status switch
    {
        _ when running => ContainerPhase.Running,
        // A container whose process could not start stays "created", with an exit code.
        "created" when started is null && exitCode == 0 => ContainerPhase.Created,
        _ => ContainerPhase.Exited,
    };

    // The engine notes a start once it has told its caller, so that a short life may end, by its notes, before it began.
    private static DateTimeOffset? NotBefore(DateTimeOffset? started, DateTimeOffset? finished) => finished < started ? started : finished;
}
