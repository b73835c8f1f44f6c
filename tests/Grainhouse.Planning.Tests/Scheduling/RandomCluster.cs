using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Planning.Tests.Scheduling;

/// <summary>A small cluster in which everything that scheduling looks at occurs.</summary>
internal sealed class RandomCluster
{
    private static readonly string[] Values = ["a", "b", "c"];
    private readonly Random random;

    public RandomCluster(int seed)
    {
        random = new Random(seed);
        Nodes = [.. Enumerable.Range(0, random.Next(0, 13)).Select(Node)];
        var templates = Enumerable.Range(0, random.Next(1, 6)).Select(PodOfClass).ToArray();
        TestPod[] classes = [.. templates, .. templates.Where(_ => random.Next(2) == 0).Select((pod, index) => pod with { Controller = $"twin-{index}" })];
        Pods = [.. Enumerable.Range(0, random.Next(1, 50)).Select(index => classes[random.Next(classes.Length)] with
        {
            Name = $"pod-{index}", CreatedAtSecond = random.Next(3),
        })];
    }

    public IReadOnlyList<TestNode> Nodes { get; }

    public IReadOnlyList<TestPod> Pods { get; }

    public Scheduler Load(SchedulerOptions options)
    {
        var scheduler = new Scheduler(options);
        scheduler.Load(Nodes.Select((node, index) => node.At(index + 1)), Pods.Select((pod, index) => pod.At(index + 100)));
        return scheduler;
    }

    private TestNode Node(int index) => new($"node-{index}")
    {
        Cpu = $"{random.Next(1, 9)}",
        Memory = $"{random.Next(1, 33)}Gi",
        Pods = random.Next(4) == 0 ? "5" : "110",
        Labels = [("disk", Pick()), ("zone", Pick())],
        Taints = random.Next(3) switch
        {
            0 => [("soft", Pick(), "PreferNoSchedule"), ("hard", Pick(), "NoSchedule")],
            1 => [("soft", Pick(), "PreferNoSchedule")],
            _ => [],
        },
        Images = random.Next(2) == 0 ? [($"app:{Pick()}", random.Next(1, 2000) * 1_000_000L)] : [],
        Unschedulable = random.Next(8) == 0,
    };

    private TestPod PodOfClass(int index) => new("")
    {
        Cpu = $"{random.Next(0, 15)}00m",
        Memory = $"{random.Next(0, 3)}Gi",
        Image = $"app:{Pick()}",
        Controller = random.Next(3) == 0 ? "" : $"rs-{index}",
        Priority = random.Next(2),
        HostPort = random.Next(5) == 0 ? 80 : 0,
        Spec = $"{{{string.Join(',', SpecParts())}}}",
    };

    private IEnumerable<string> SpecParts()
    {
        if (random.Next(3) == 0)
        {
            yield return $$"""
                "tolerations":[{"key":"hard","operator":"Equal","value":"{{Pick()}}"},{"key":"soft","value":"{{Pick()}}"}]
                """;
        }

        if (random.Next(4) == 0)
        {
            yield return $"\"nodeSelector\":{{\"disk\":\"{Pick()}\"}}";
        }

        if (random.Next(2) == 0)
        {
            yield return $$$"""
                "affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[
                {"weight":{{{random.Next(1, 101)}}},"preference":{"matchExpressions":[{"key":"zone","operator":"In","values":["{{{Pick()}}}"]}]}},
                {"weight":{{{random.Next(1, 101)}}},"preference":{"matchExpressions":[{"key":"disk","operator":"NotIn","values":["{{{Pick()}}}"]}]}}
                ]} }
                """;
        }
    }

    private string Pick() => Values[random.Next(Values.Length)];
}
