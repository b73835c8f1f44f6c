using System.Diagnostics;

namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    /// <summary>Runs a program; one that does not end in time is killed and fails the test.</summary>
    public static async Task<CommandResult> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string? input = null,
        TimeSpan? timeout = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? directory = null)
    {
        var limit = timeout ?? TimeSpan.FromSeconds(60);
        using var process = Start(program, arguments, environment, directory);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"$ {program} {string.Join(' ', arguments)}\nstill ran after {limit.TotalSeconds} s\n{await output}\n{await error}");
        }

        return new CommandResult($"{program} {string.Join(' ', arguments)}", process.ExitCode, await output, await error);
    }

    /// <summary>Starts a program with all three streams redirected, in a directory or else in the test's own.</summary>
    public static Process Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? directory = null)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }
}
