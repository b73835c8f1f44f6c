using System.Collections.Immutable;
using System.Text;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>The shell script that stands between the agent and a workload, and outlives the agent.</summary>
/// <remarks>
/// It starts the workload, waits for it and notes its exit code. It names no variable that a workload could have in its
/// environment, and catches signals instead of ignoring them, because what is ignored stays so in the workload. A workload that
/// has a terminal is a child of script(1), which stands in the middle: terminal on one side, input pipe and output file on the other.
/// </remarks>
internal sealed class SupervisorScript(ProcessLayout layout, string id, ContainerSpec spec, ImmutableArray<string> cgroups, MountPlan mounts)
{
    private readonly StringBuilder script = new();

    /// <summary>Whether the workload's input is held open for it until somebody attaches; a terminal's input does not end.</summary>
    private bool HasHolder => spec is { Stdin: true, StdinOnce: true, Tty: false };

    /// <summary>Writes the script. Its arguments are the workload's command.</summary>
    /// <param name="shell">The variable SHELL of the workload, if it has one: script(1) takes it for its own.</param>
    public string Build(string? shell)
    {
        script.Append("trap : TERM INT HUP QUIT\n");
        script.Append($"exec </dev/null >>{Quote(layout.OutputFile(id))} 2>&1\n");
        script.Append("read -r _grainhouse_stat </proc/self/stat\n");
        if (HasHolder)
        {
            AppendHolder();
        }

        script.Append("(\n");
        if (spec.Stdin || spec.Tty)
        {
            // Before the process is known: who attaches to it finds a reader. Without a holder the workload is the writer too.
            script.Append($"exec {(HasHolder ? "<" : "<>")}{Quote(layout.InputFile(id))}\n");
        }

        script.Append($"printf '%s\\n' \"$_grainhouse_stat\" >{Quote(layout.ProcessFile(id))}\n");
        script.Append("unset _grainhouse_stat\n");
        if (spec.Tty)
        {
            script.Append($"unset SHELL\nexec {Quote(HostTools.TerminalHost!)} -q -e -c {Quote(OnTerminal(shell))} /dev/null\n");
        }
        else
        {
            script.Append(Workload());
        }

        script.Append($")\necho $? >{Quote(layout.ExitFile(id))}\n");
        if (HasHolder)
        {
            // With the pipe's name its holder has gone, and its process id may be another's.
            script.Append($"[ -p {Quote(layout.InputFile(id))} ] && kill $! 2>/dev/null && wait\n");
        }

        return script.ToString();
    }

    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // The pipe is opened by the one as by the other only when both are there, and then the holder has said who it is.
    private void AppendHolder()
    {
        script.Append("(\nread -r _grainhouse_own </proc/self/stat\n");
        script.Append($"printf '%s\\n' \"$_grainhouse_own\" >{Quote(layout.HolderFile(id))}\n");
        script.Append($"exec {Quote(HostTools.Sleep)} {int.MaxValue} 3>{Quote(layout.InputFile(id))} >/dev/null 2>&1\n) &\n");
    }

    // script(1) takes no arguments for a command, and switches off what shows what is typed where its own input is no terminal.
    private string OnTerminal(string? shell)
    {
        var inner = new StringBuilder("set --");
        foreach (var argument in spec.Command.AddRange(spec.Args))
        {
            inner.Append($" {Quote(argument)}");
        }

        inner.Append($"\n{Quote(HostTools.TerminalSettings!)} echo\n");
        if (spec.Security.RunAsUser is { } user)
        {
            inner.Append($"{Quote(HostTools.ChangeOwner!)} {user} /dev/stdin\n");
        }

        if (shell is not null)
        {
            inner.Append($"SHELL={Quote(shell)}\nexport SHELL\n");
        }

        return inner.Append(Workload()).ToString();
    }

    // The workload keeps the process id of the shell that runs this: nothing here forks.
    private string Workload()
    {
        var inner = new StringBuilder();
        foreach (var cgroup in cgroups)
        {
            inner.Append($"echo 0 2>/dev/null >{Quote(Path.Combine(cgroup, "cgroup.procs"))}\n");
        }

        inner.Append("read -r _grainhouse_own </proc/self/stat\n");
        inner.Append($"printf '%s\\n' \"$_grainhouse_own\" >>{Quote(layout.ProcessFile(id))}\n");
        inner.Append("unset _grainhouse_own\n");
        inner.Append("exec ");
        if (HostTools.SetSid is { } setSid && !spec.Tty)
        {
            // Who has a terminal leads its session already.
            inner.Append($"{Quote(setSid)} ");
        }

        if (!mounts.IsEmpty)
        {
            inner.Append($"{Quote(HostTools.Unshare!)} -m {HostTools.Shell} -c {Quote(mounts.Script)} grainhouse ");
        }

        AppendUser(inner);
        return inner.Append("\"$@\"\n").ToString();
    }

    private void AppendUser(StringBuilder inner)
    {
        var security = spec.Security;
        if (security.RunAsUser is null && security.RunAsGroup is null)
        {
            return;
        }

        inner.Append(Quote(HostTools.SetPriv!));
        if (security.RunAsUser is { } user)
        {
            inner.Append($" --reuid={user}");
        }

        inner.Append($" --regid={security.RunAsGroup ?? security.RunAsUser} --clear-groups -- ");
    }
}
