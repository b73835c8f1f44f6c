using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Grainhouse.Benchmarks.Cluster;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>From a pod's binding to its order in the agent's hands: the request to bind, its commit, the node's grain, the stream.</summary>
internal static class Directives
{
    private const int Pods = 500;

    public static async Task RunAsync(int runs)
    {
        for (var run = 0; run < runs; run++)
        {
            await using (var alone = await RunningCluster.StartAsync("silo"))
            {
                await MeasureAsync("one silo, SQLite", alone, alone);
            }

            await using var server = await PostgresServer.StartAsync(isDurable: true);
            var database = await server.CreateDatabaseAsync();
            await using var one = await RunningCluster.StartAsync("silo", "--database", database);
            await using var other = await RunningCluster.StartAsync("silo", "--database", database);
            await MeasureAsync("one of two silos, PostgreSQL", one, one);
            await MeasureAsync("bound at one of two silos, attached to the other", one, other);
        }
    }

    private static async Task MeasureAsync(string what, RunningCluster api, RunningCluster gateway)
    {
        var node = $"bench-{Guid.NewGuid():n}";
        await using var agent = await RawAgent.AttachAsync(gateway, node);
        await WaitForNodeAsync(api, node);
        var (afterRequest, afterAnswer) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var pod = 0; pod < Pods; pod++)
        {
            var name = $"{node}-{pod}";

            // No scheduler of this name exists: the pod waits for this binding.
            await PostAsync(api, "/api/v1/namespaces/default/pods", $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}"},"spec":{"schedulerName":"none","containers":[{"name":"main","image":"none:1"}]} }""");
            var begun = Stopwatch.GetTimestamp();
            var answered = BindAsync(api, name, node);
            while (!Orders(agent.Directives.Current, name))
            {
                await agent.Directives.MoveNext(CancellationToken.None);
            }

            var arrived = Stopwatch.GetTimestamp();
            afterRequest.Add(Stopwatch.GetElapsedTime(begun, arrived));
            afterAnswer.Add(Stopwatch.GetElapsedTime(Math.Min(await answered, arrived), arrived));
        }

        Console.WriteLine($"| {what}: request to bind until the agent has the order | p50 {Figures.Milliseconds(Figures.Median(afterRequest))}, p99 {Figures.Milliseconds(Figures.Percentile(afterRequest, 99))} |");
        Console.WriteLine($"| {what}: binding answered until the agent has the order | p50 {Figures.Milliseconds(Figures.Median(afterAnswer))}, p99 {Figures.Milliseconds(Figures.Percentile(afterAnswer, 99))} |");
    }

    private static async Task<long> BindAsync(RunningCluster api, string pod, string node)
    {
        await PostAsync(api, $"/api/v1/namespaces/default/pods/{pod}/binding", $$"""{"apiVersion":"v1","kind":"Binding","metadata":{"name":"{{pod}}"},"target":{"kind":"Node","name":"{{node}}"} }""");
        return Stopwatch.GetTimestamp();
    }

    private static bool Orders(NodeDirective? directive, string pod) =>
        directive?.DirectiveCase is NodeDirective.DirectiveOneofCase.Changes
        && directive.Changes.Pods.Any(order => order.Pod.Span.IndexOf(Encoding.UTF8.GetBytes($"\"{pod}\"")) >= 0);

    private static async Task WaitForNodeAsync(RunningCluster api, string node)
    {
        while (!(await api.Http.GetAsync(new Uri($"/api/v1/nodes/{node}", UriKind.Relative))).IsSuccessStatusCode)
        {
            await Task.Delay(10);
        }
    }

    private static async Task PostAsync(RunningCluster api, string path, string json)
    {
        using var answer = await api.Http.PostAsync(
            new Uri(path, UriKind.Relative), new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } });
        answer.EnsureSuccessStatusCode();
    }
}
