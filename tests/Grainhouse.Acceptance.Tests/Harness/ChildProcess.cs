using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>A program that runs beside the test. Its last lines are kept, to be shown when a test fails.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int DefaultLinesKept = 400;
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Halt = 19;
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly int linesKept;

    public ChildProcess(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, int linesKept = DefaultLinesKept)
    {
        this.linesKept = linesKept;
        Name = $"{Path.GetFileName(program)} {string.Join(' ', arguments)}";
        process = Command.Start(program, arguments, environment);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>The last lines of both streams.</summary>
    public string Log => string.Join('\n', lines);

    /// <summary>The last lines, one by one.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>Writes a line to the program's input.</summary>
    public async Task SayAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>kill -9 of this process alone; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>What systemd does to stop a service (SIGTERM); returns when the process has ended, or fails after the bound.</summary>
    public Task<int> TerminateAsync(TimeSpan bound)
    {
        Assert.Equal(0, SendSignal(process.Id, Terminate));
        return WaitForExitAsync(bound);
    }

    /// <summary>Halts the process where it is (SIGSTOP); its connections stay open. Returns when its last thread has stopped: until then it goes on answering.</summary>
    public async Task FreezeAsync()
    {
        Assert.Equal(0, SendSignal(process.Id, Halt));
        await Eventually.TrueAsync(() => $"all threads of '{Name}' have stopped", () => Task.FromResult(HasStopped()), TimeSpan.FromSeconds(10));
    }

    /// <summary>Lets a frozen process go on.</summary>
    public void Thaw() => Assert.Equal(0, SendSignal(process.Id, Continue));

    /// <summary>What Ctrl-C does; returns when the process has ended, or fails after the bound.</summary>
    public async Task<int> InterruptAsync(TimeSpan bound)
    {
        foreach (var target in Children(process.Id).Append(process.Id))
        {
            Assert.Equal(0, SendSignal(target, Interrupt));
        }

        return await WaitForExitAsync(bound);
    }

    /// <summary>Waits for the process's own end.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan bound)
    {
        using var deadline = new CancellationTokenSource(bound);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"'{Name}' still runs after {bound.TotalSeconds} s:\n{Log}");
        }

        return process.ExitCode;
    }

    /// <summary>Waits until a line holds the text.</summary>
    public Task WaitForLineAsync(string text, TimeSpan bound) => Eventually.TrueAsync(
        () => $"'{text}' in the output of '{Name}':\n{Log}",
        () => Task.FromResult(lines.Any(line => line.Contains(text, StringComparison.Ordinal))),
        bound);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lines.Enqueue(line);
        while (lines.Count > linesKept)
        {
            lines.TryDequeue(out _);
        }
    }

    // A terminal signals the whole foreground group: 'dotnet run' and what it runs.
    private static int[] Children(int id)
    {
        var list = $"/proc/{id}/task/{id}/children";
        return File.Exists(list) ? [.. File.ReadAllText(list).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)] : [];
    }

    private bool HasStopped()
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{process.Id}/task").All(thread =>
                File.ReadAllText(Path.Combine(thread, "stat")) is var text && text[text.LastIndexOf(')') + 2] == 'T');
        }
        catch (IOException)
        {
            // A thread ended between the two looks.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
