using System.CommandLine;
using System.Diagnostics;
using Grainhouse.Simulation;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse simulate</c>: a whole cluster in one thread, under virtual time and faults, from a seed.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var seed = Number("--seed", "The first seed; the same seed gives the same run.", 1);
        var seeds = Number("--seeds", "How many seeds to run, one after the other.", 1);
        var minutes = Number("--minutes", "The virtual minutes under faults.", 2);
        var machines = Number("--machines", "The simulated machines.", 4);
        var deployments = Number("--deployments", "The simulated Deployments.", 3);
        var replicas = Number("--replicas", "The most replicas of a Deployment.", 5);
        var command = new Command("simulate", "Simulate a cluster under faults and check its promises.") { seed, seeds, minutes, machines, deployments, replicas };
        command.Does((parsed, cancellationToken) => Task.FromResult(Run(
            parsed.GetValue(seed),
            parsed.GetValue(seeds),
            new SimulationOptions
            {
                Duration = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
                Machines = parsed.GetValue(machines),
                Deployments = parsed.GetValue(deployments),
                MostReplicas = parsed.GetValue(replicas),
            },
            cancellationToken)));
        return command;
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    private static int Run(int first, int count, SimulationOptions options, CancellationToken cancellationToken)
    {
        for (var seed = first; seed < first + count; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var clock = Stopwatch.StartNew();
            var result = ClusterSimulation.Run(seed, options);
            if (result.Violation is not null)
            {
                Tell(ClusterSimulation.Shrink(seed, options));
                return ExitCode.Failure;
            }

            Console.WriteLine($"seed {seed}: {result.Faults.Length} faults, {result.Commits} commits, {result.Events} events in {clock.Elapsed.TotalSeconds:F1} s; at rest after {result.Rest.TotalSeconds:F0} s; run {result.Fingerprint:x16}");
        }

        Console.WriteLine($"{count} seeds, 0 failing");
        return ExitCode.Success;
    }

    private static void Tell(SimulationResult result)
    {
        Console.WriteLine($"seed {result.Seed}: {result.Violation}");
        Console.WriteLine($"The faults that it takes ({result.Faults.Length}):");
        foreach (var fault in result.Faults)
        {
            Console.WriteLine($"  {fault}");
        }

        Console.WriteLine("What happened last:");
        foreach (var line in result.Timeline)
        {
            Console.WriteLine($"  {line}");
        }
    }
}
