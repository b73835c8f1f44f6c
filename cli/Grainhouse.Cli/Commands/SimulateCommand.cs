using System.CommandLine;
using Grainhouse.Simulation;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse simulate</c>: a whole cluster in one thread, under virtual time and faults, from a seed.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var seed = Number("--seed", "The first seed; the same seed gives the same run.", 1);
        var seeds = Number("--seeds", "How many seeds to run, as many at a time as there are cores.", 1);
        var minutes = Number("--minutes", "The virtual minutes under faults.", 2);
        var brief = new Option<bool>("--short") { Description = "Short lives full of faults, as the project's own tests run them; the other sizes do not count." };
        var machines = Number("--machines", "The simulated machines.", 4);
        var deployments = Number("--deployments", "The simulated Deployments.", 3);
        var replicas = Number("--replicas", "The most replicas of a Deployment.", 5);
        var millis = Number("--machine-millis", "What a machine can carry, in thousandths of a core; a pod asks for 150.", 4_000);
        var command = new Command("simulate", "Simulate a cluster under faults and check its promises.")
        {
            seed, seeds, brief, minutes, machines, millis, deployments, replicas,
        };
        command.Does((parsed, cancellationToken) => Task.FromResult(Run(
            parsed.GetValue(seed),
            parsed.GetValue(seeds),
            parsed.GetValue(brief) ? SimulationOptions.Short : new SimulationOptions
            {
                Duration = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
                Machines = parsed.GetValue(machines),
                MachineMillis = parsed.GetValue(millis),
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
        if (SeedSweep.FindFailure(first, count, options, Tell, cancellationToken) is not { } failure)
        {
            Console.WriteLine($"{count} seeds, 0 failing");
            return ExitCode.Success;
        }

        foreach (var line in failure.Describe())
        {
            Console.WriteLine(line);
        }

        return ExitCode.Failure;
    }

    private static void Tell(SimulationResult result, TimeSpan took) => Console.WriteLine(
        $"seed {result.Seed}: {result.Faults.Length} faults, {result.Commits} commits, {result.Events} events in {took.TotalSeconds:F1} s; at rest after {result.Rest.TotalSeconds:F0} s; run {result.Fingerprint:x16}");
}
