using System.Diagnostics;
using System.Globalization;

namespace Grainhouse.Cluster.Tests;

/// <summary>When every agent is heard again after a fault, as the leases of the nodes show it.</summary>
internal static class AgentProbe
{
    /// <summary>Returns the time from now until the cluster has heard every agent since now. Agents speak once a second even when nothing is amiss.</summary>
    public static async Task<TimeSpan> UntilHeardAsync(IReadOnlyList<Silo> silos, IEnumerable<string> nodes, CallLog calls, TimeSpan bound)
    {
        var since = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(nodes.Select(async (node, index) =>
        {
            for (var turn = index; ; turn++)
            {
                var silo = silos[turn % silos.Count];
                var answer = await calls.RunAsync($"GET lease {node}", token => silo.Probes.GetAsync($"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{node}", token));
                if (answer is { StatusCode: 200 } && RenewedAt(answer) > since)
                {
                    return;
                }

                Assert.True(clock.Elapsed < bound, $"the agent of {node} is not heard within {bound.TotalSeconds} s; its lease: {answer}");
                await Task.Delay(50);
            }
        }));
        return clock.Elapsed;
    }

    private static DateTimeOffset RenewedAt(ApiAnswer lease) =>
        DateTimeOffset.Parse(lease.Json.GetProperty("spec").GetProperty("renewTime").GetString()!, CultureInfo.InvariantCulture);
}
