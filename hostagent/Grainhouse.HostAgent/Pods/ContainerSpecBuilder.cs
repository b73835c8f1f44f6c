using System.Collections.Immutable;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Volumes;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>A container's spec with everything resolved, or why it could not be.</summary>
/// <param name="Spec">Null if there is an error.</param>
/// <param name="Error">In kubelet's words; empty if there is none.</param>
public readonly record struct BuiltContainer(ContainerSpec? Spec, string Error);

/// <summary>Resolves what a container is started with.</summary>
public static class ContainerSpecBuilder
{
    /// <summary>The container's next attempt.</summary>
    public static BuiltContainer Build(PodState state, ContainerRecord record)
    {
        var container = record.Spec;
        if (!state.Facts.UsesImages && container.Command is not { Count: > 0 })
        {
            return Failure($"container \"{container.Name}\" has no command, and the {state.Facts.Runtime} runtime of node \"{state.Facts.NodeName}\" runs no image (\"{container.Image}\")");
        }

        var environment = new EnvironmentBuilder(state, container);
        var variables = environment.Build();
        var mounts = MountBuilder.Build(state, record, environment.Values);
        var error = environment.Error.Length > 0 ? environment.Error : mounts.Error;
        if (error.Length > 0)
        {
            return Failure(error);
        }

        var security = Security(state.Pod!.Spec.SecurityContext, container.SecurityContext);
        if (container.SecurityContext?.RunAsNonRoot ?? state.Pod.Spec.SecurityContext?.RunAsNonRoot ?? false)
        {
            if (security.RunAsUser == 0)
            {
                return Failure($"container's runAsUser breaks non-root policy (pod: \"{state.FullName}\", container: {container.Name})");
            }
        }

        return new BuiltContainer(
            new ContainerSpec
            {
                Name = container.Name,
                Attempt = record.Attempt,
                Image = state.Facts.UsesImages ? container.Image : null,
                Command = [.. (container.Command ?? []).Select(word => Expansion.Expand(word, environment.Values))],
                Args = [.. (container.Args ?? []).Select(word => Expansion.Expand(word, environment.Values))],
                Environment = variables,
                WorkingDirectory = string.IsNullOrEmpty(container.WorkingDir) ? null : container.WorkingDir,
                Mounts = mounts.Mounts,
                CpuRequestMillis = Millis(container.Resources?.Requests, "cpu") is > 0 and var request ? request : Millis(container.Resources?.Limits, "cpu"),
                CpuLimitMillis = Millis(container.Resources?.Limits, "cpu"),
                MemoryLimitBytes = Whole(container.Resources?.Limits, "memory"),
                Security = security,
                Stdin = container.Stdin == true,
                StdinOnce = container.StdinOnce == true,
                Tty = container.Tty == true,
                TerminationMessageHostPath = mounts.TerminationMessagePath,
                ProcessesOf = ProcessesOf(state, record),
                HostProcesses = state.Pod.Spec.HostPID == true,
                HostIpc = state.Pod.Spec.HostIPC == true,
            },
            "");
    }

    private static string? ProcessesOf(PodState state, ContainerRecord record) =>
        state.Pod!.Spec.ShareProcessNamespace == true ? state.SandboxId : state.Containers.FirstOrDefault(other => other.Name == record.Target)?.RuntimeId;

    private static BuiltContainer Failure(string message) => new(null, message);

    private static ContainerSecurity Security(V1PodSecurityContext? pod, V1SecurityContext? container) => new()
    {
        Privileged = container?.Privileged == true,
        RunAsUser = container?.RunAsUser ?? pod?.RunAsUser,
        RunAsGroup = container?.RunAsGroup ?? pod?.RunAsGroup,
        ReadOnlyRootFilesystem = container?.ReadOnlyRootFilesystem == true,
        AddCapabilities = [.. container?.Capabilities?.Add ?? []],
        DropCapabilities = [.. container?.Capabilities?.Drop ?? []],
    };

    private static long Millis(IDictionary<string, ResourceQuantity>? quantities, string name) =>
        quantities is not null && quantities.TryGetValue(name, out var quantity) ? (long)Math.Ceiling(quantity.ToDecimal() * 1000) : 0;

    private static long Whole(IDictionary<string, ResourceQuantity>? quantities, string name) =>
        quantities is not null && quantities.TryGetValue(name, out var quantity) ? (long)Math.Ceiling(quantity.ToDecimal()) : 0;
}
