using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Commands beside a running workload: with its environment, directory and mounts.</summary>
internal sealed class ProcessExec(ProcessStates states, TimeProvider time)
{
    private const int OutputBytes = 64 * 1024;

    public async Task<ExecResult> RunAsync(string id, ImmutableArray<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (states.Read(id) is not { Phase: ContainerPhase.Running, ProcessId: > 0 } state)
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, $"Container {id} does not run.");
        }

        if (Describe(state.ProcessId, command) is not { } start)
        {
            return new ExecResult(127, $"exec: \"{command[0]}\": executable file not found: no such file or directory", TimedOut: false);
        }

        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var process = Start(start);
        process.StandardInput.Close();
        var output = new MemoryStream();
        try
        {
            await Task.WhenAll(
                DrainAsync(process.StandardOutput.BaseStream, output, either.Token), DrainAsync(process.StandardError.BaseStream, output, either.Token));
            await process.WaitForExitAsync(either.Token);
            return new ExecResult(process.ExitCode, Text(output), TimedOut: false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new ExecResult(-1, Text(output), TimedOut: true);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new RuntimeException(RuntimeErrorKind.Start, $"{start.FileName} did not start.");
        }
        catch (Win32Exception error)
        {
            throw new RuntimeException(RuntimeErrorKind.Start, error.Message, error);
        }
    }

    /// <summary>What to start; null if the command does not exist.</summary>
    private static ProcessStartInfo? Describe(int workload, ImmutableArray<string> command)
    {
        var environment = EnvironmentOf(workload);
        var path = environment.GetValueOrDefault("PATH", HostTools.DefaultPath);
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (HasOwnMounts(workload) && HostTools.NsEnter is { } enter)
        {
            start.FileName = enter;
            foreach (var argument in new[] { "-t", workload.ToString(), "-m", "-r", "-w", "--" })
            {
                start.ArgumentList.Add(argument);
            }

            start.ArgumentList.Add(command[0]);
        }
        else
        {
            start.WorkingDirectory = DirectoryOf(workload);
            if (HostTools.Find(command[0], path, start.WorkingDirectory) is not { } file)
            {
                return null;
            }

            start.FileName = file;
        }

        foreach (var argument in command.AsSpan(1..))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Whether it has a mount namespace of its own.</summary>
    private static bool HasOwnMounts(int workload) =>
        new FileInfo($"/proc/{workload}/ns/mnt").LinkTarget != new FileInfo("/proc/self/ns/mnt").LinkTarget;

    private static string DirectoryOf(int workload) => new DirectoryInfo($"/proc/{workload}/cwd").LinkTarget ?? "/";

    /// <summary>The environment that the workload was started with: it is kept nowhere else.</summary>
    private static Dictionary<string, string> EnvironmentOf(int workload)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var variable in File.ReadAllText($"/proc/{workload}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries))
            {
                var end = variable.IndexOf('=');
                if (end > 0)
                {
                    environment[variable[..end]] = variable[(end + 1)..];
                }
            }
        }
        catch (IOException error)
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, $"The workload ended: {error.Message}", error);
        }

        return environment;
    }

    private static async Task DrainAsync(Stream stream, MemoryStream output, CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        while (await stream.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            lock (output)
            {
                output.Write(buffer.AsSpan(0, (int)Math.Min(count, OutputBytes - output.Length)));
            }
        }
    }

    private static string Text(MemoryStream output)
    {
        lock (output)
        {
            return Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
        }
    }
}
