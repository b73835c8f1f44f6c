using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>An ephemeral container's spec as that of a container, which has all its fields.</summary>
public static class EphemeralSpec
{
    /// <summary>The fields that an ephemeral container may have.</summary>
    public static V1Container ToContainer(V1EphemeralContainer container)
    {
        ArgumentNullException.ThrowIfNull(container);
        return new V1Container
        {
            Name = container.Name,
            Image = container.Image,
            ImagePullPolicy = container.ImagePullPolicy,
            Command = container.Command,
            Args = container.Args,
            WorkingDir = container.WorkingDir,
            Env = container.Env,
            EnvFrom = container.EnvFrom,
            VolumeMounts = container.VolumeMounts,
            VolumeDevices = container.VolumeDevices,
            SecurityContext = container.SecurityContext,
            Stdin = container.Stdin,
            StdinOnce = container.StdinOnce,
            Tty = container.Tty,
            TerminationMessagePath = container.TerminationMessagePath,
            TerminationMessagePolicy = container.TerminationMessagePolicy,
        };
    }
}
