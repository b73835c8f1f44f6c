using System.Collections.Immutable;
using System.Text;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>The shell script that stands between the agent and a workload, and outlives the agent.</summary>
/// <remarks>
/// It starts the workload, waits for it and notes its exit code. It names no variable that a workload could have in its
/// environment, and catches signals instead of ignoring them, because what is ignored stays so in the workload.
/// </remarks>
internal static class SupervisorScript
{
    public static string Build(ProcessLayout layout, string id, ImmutableArray<string> cgroups, MountPlan mounts, ContainerSecurity security)
    {
        var script = new StringBuilder();
        script.Append("trap : TERM INT HUP QUIT\n");
        script.Append($"exec </dev/null >>{Quote(layout.OutputFile(id))} 2>&1\n");
        script.Append("read -r _grainhouse_stat </proc/self/stat\n");
        script.Append("(\n");
        foreach (var cgroup in cgroups)
        {
            script.Append($"echo 0 2>/dev/null >{Quote(Path.Combine(cgroup, "cgroup.procs"))}\n");
        }

        // The workload keeps the subshell's process id: nothing below forks.
        script.Append("read -r _grainhouse_own </proc/self/stat\n");
        script.Append($"printf '%s\\n%s\\n' \"$_grainhouse_stat\" \"$_grainhouse_own\" >{Quote(layout.ProcessFile(id))}\n");
        script.Append("unset _grainhouse_stat _grainhouse_own\n");
        script.Append("exec ");
        if (HostTools.SetSid is { } setSid)
        {
            script.Append($"{Quote(setSid)} ");
        }

        if (!mounts.IsEmpty)
        {
            script.Append($"{Quote(HostTools.Unshare!)} -m {HostTools.Shell} -c {Quote(mounts.Script)} grainhouse ");
        }

        AppendUser(script, security);
        script.Append("\"$@\"\n)\n");
        script.Append($"echo $? >{Quote(layout.ExitFile(id))}\n");
        return script.ToString();
    }

    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void AppendUser(StringBuilder script, ContainerSecurity security)
    {
        if (security.RunAsUser is null && security.RunAsGroup is null)
        {
            return;
        }

        script.Append(Quote(HostTools.SetPriv!));
        if (security.RunAsUser is { } user)
        {
            script.Append($" --reuid={user}");
        }

        script.Append($" --regid={security.RunAsGroup ?? security.RunAsUser} --clear-groups -- ");
    }
}
