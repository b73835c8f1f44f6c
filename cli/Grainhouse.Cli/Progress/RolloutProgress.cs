using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Grainhouse.Cli.Readiness;
using Grainhouse.Client;

namespace Grainhouse.Cli.Progress;

/// <summary>Looks at the cluster until the node and all that was applied is ready.</summary>
internal sealed class RolloutProgress(GrainhouseClient client, IReadOnlyList<ObjectReference> objects, TimeProvider time)
{
    // Short against what a person notices, long against what a look costs.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>What is seen, look by look; ends with the look that sees everything ready.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ProgressRow>> UpdatesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var rows = await LookAsync(cancellationToken);
            yield return rows;
            if (rows.All(row => row.Readiness.Ready))
            {
                yield break;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<ProgressRow>> LookAsync(CancellationToken cancellationToken)
    {
        List<ProgressRow> rows = [await LookAtNodeAsync(cancellationToken)];
        foreach (var @namespace in objects.GroupBy(item => item.Namespace))
        {
            var pods = await client.ListAsync("v1", "Pod", @namespace.Key, cancellationToken);
            foreach (var reference in @namespace)
            {
                rows.Add(new ProgressRow($"{reference}", ObjectReadiness.Of(await client.GetAsync(reference, cancellationToken), pods)));
            }
        }

        return rows;
    }

    private async Task<ProgressRow> LookAtNodeAsync(CancellationToken cancellationToken)
    {
        var nodes = await client.ListAsync("v1", "Node", null, cancellationToken);
        var judged = nodes.Select(node => new ProgressRow($"node/{node.Text("metadata", "name")}", Judge(node))).ToArray();
        return judged.FirstOrDefault(node => node.Readiness.Ready)
            ?? judged.FirstOrDefault()
            ?? new ProgressRow("node", new ObjectReadiness(false, "joining"));
    }

    // Items of a list may omit their kind.
    private static ObjectReadiness Judge(JsonObject node)
    {
        node["kind"] = "Node";
        return ObjectReadiness.Of(node, []);
    }
}
