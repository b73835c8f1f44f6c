using Xunit.Abstractions;

namespace Grainhouse.Cluster.Tests;

/// <summary>One silo is cut off, by packets that are dropped: nothing that was promised breaks, and all is well soon after the cut heals.</summary>
public sealed class PartitionTests(ITestOutputHelper output)
{
    private const int CutOff = 1;

    private static readonly TimeSpan ProbeBound = TimeSpan.FromSeconds(60);

    [NamespaceFact]
    public async Task SiloCutOff_BreaksNothingAndConverges()
    {
        var size = ClusterSize.Current;
        using var network = new IsolatedNetwork(hosts: 3);
        await using var cluster = await SiloCluster.StartAsync(network);
        await using var load = await Load.StartAsync(cluster, size);
        var others = new[] { network.Address(0), network.Address(2) };
        var failures = new List<string>();
        failures.AddRange(await CutAsync(cluster, load, network, "others", "from the others, not from the database", others, size));
        failures.AddRange(await CutAsync(cluster, load, network, "database", "from the database, not from the others", [network.Service], size));
        failures.AddRange(await CutAsync(cluster, load, network, "both", "from both", [network.Service, .. others], size));
        await load.EndAsync(output);
        Assert.Empty(failures);
    }

    private async Task<IEnumerable<string>> CutAsync(
        SiloCluster cluster, Load load, IsolatedNetwork network, string name, string what, IEnumerable<System.Net.IPAddress> from, ClusterSize size)
    {
        Silo[] connected = [.. cluster.Silos.Where((_, number) => number != CutOff)];
        string[] paths = [.. await Planted.OnAsync(cluster.Silos[CutOff], $"cut-{name}"), .. load.PodPaths];
        load.Calls.Notes.Clear();
        network.Cut(CutOff, from);
        var healing = Task.Delay(size.FaultTime);
        var answers = await AnswerTimes.MeasureAsync(connected, paths, new CallLog(), ProbeBound);
        await healing;
        network.Heal(CutOff);
        var converged = await cluster.ConvergedAsync(load, ProbeBound);
        output.WriteLine($"cut {what}: on the others {answers}; all well {converged.TotalSeconds:0.00} s after the heal (load {Machine.LoadAverage})");
        foreach (var kind in load.Calls.Notes.GroupBy(note => note.Outcome.Split(' ')[0]))
        {
            output.WriteLine($"  {kind.Count()} x {kind.First()}");
        }

        await load.AssertPodsAsync();
        return converged > size.ConvergeBound ? [$"cut {what}: converged {converged.TotalSeconds:0.00} s after the heal"] : [];
    }
}
