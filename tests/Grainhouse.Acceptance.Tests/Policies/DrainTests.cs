using Grainhouse.Acceptance.Tests.Clients;

namespace Grainhouse.Acceptance.Tests.Policies;

/// <summary>kubectl drain of the only node: what it refuses, what it waits for, what it leaves.</summary>
public sealed class DrainTests(ProcessCluster shared) : IClassFixture<ProcessCluster>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    [RealFact(Needs.Kubectl)]
    public Task Drain_WithThisKubectl_WaitsForTheBudget() => DrainAsync(shared.Cluster.Kubectl, "drain-now", "cannot delete Pods that declare no controller");

    [RealFact(Needs.Kubectl | Needs.OldKubectl)]
    public Task Drain_WithAnOldKubectl_WaitsForTheBudget() =>
        DrainAsync(shared.Cluster.Kubectl.Of(Requirements.OldKubectl), "drain-old", "cannot delete Pods not managed by");

    private async Task DrainAsync(Kubectl program, string name, string bareRefused)
    {
        await shared.Cluster.NamespaceAsync(name);
        var kubectl = program.In(name);
        await kubectl.ApplyAsync(Workloads);
        await kubectl.ApplyAsync(DaemonPod(await kubectl.ValueAsync("daemonset every", "{.metadata.uid}")));
        await kubectl.RolledOutAsync("web", 90);
        await kubectl.OkAsync("wait", "--for=condition=Ready", "pod/bare", "pod/every-0", "--timeout=60s");
        await Eventually.GetAsync(
            "a budget that leaves nothing", () => kubectl.ValueAsync("pdb web", "{.status.currentHealthy}/{.status.desiredHealthy}/{.status.disruptionsAllowed}"), seen => seen == "2/2/0", Bound);
        var node = await kubectl.ValueAsync("nodes", "{.items[0].metadata.name}");
        var before = await UidsAsync(kubectl);

        var refused = await kubectl.FailsAsync("drain", node);
        Assert.Contains("use --ignore-daemonsets to ignore", refused, StringComparison.Ordinal);
        Assert.Contains("use --delete-emptydir-data to override", refused, StringComparison.Ordinal);
        Assert.Contains(bareRefused, refused, StringComparison.Ordinal);

        await using var drain = kubectl.Start("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=180s");
        await drain.WaitForLineAsync("(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.", Bound);
        Assert.Equal(before, await UidsAsync(kubectl));

        await kubectl.OkAsync("patch", "pdb", "web", "--type=merge", "-p", """{"spec":{"minAvailable":0}}""");
        Assert.True(await drain.WaitForExitAsync(Bound) == 0, drain.Log);
        Assert.Contains("evicted", drain.Log, StringComparison.Ordinal);
        Assert.Empty((await UidsAsync(kubectl)).Intersect(before));
        Assert.Equal("every-0", await kubectl.ValueAsync("pods", "{.items[?(@.spec.nodeName)].metadata.name}"));

        await kubectl.OkAsync("uncordon", node);
        await kubectl.RolledOutAsync("web", 90);
        await kubectl.OkAsync("delete", "namespace", name, "--timeout=60s");
    }

    private static async Task<string[]> UidsAsync(Kubectl kubectl) =>
        [.. (await kubectl.ValueAsync("pods -l app=web", "{.items[*].metadata.uid}")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Order()];

    private const string Workloads = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web }
        spec:
          replicas: 2
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec:
              runtimeClassName: process
              terminationGracePeriodSeconds: 2
              volumes: [ { name: scratch, emptyDir: {} } ]
              containers: [ { name: main, command: [ "sleep", "100000" ], volumeMounts: [ { name: scratch, mountPath: /scratch } ] } ]
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: { name: web }
        spec:
          minAvailable: 2
          selector: { matchLabels: { app: web } }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: bare }
        spec:
          runtimeClassName: process
          terminationGracePeriodSeconds: 2
          containers: [ { name: main, command: [ "sleep", "100000" ] } ]
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: { name: every }
        spec:
          selector: { matchLabels: { app: every } }
          template:
            metadata: { labels: { app: every } }
            spec:
              containers: [ { name: main, image: "none:1" } ]
        """;

    // As the DaemonSet's controller makes it; so far that controller is whoever applies this.
    private static string DaemonPod(string uid) => $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: every-0
          labels: { app: every }
          ownerReferences: [ { apiVersion: apps/v1, kind: DaemonSet, name: every, uid: {{uid}}, controller: true } ]
        spec:
          runtimeClassName: process
          terminationGracePeriodSeconds: 2
          containers: [ { name: main, command: [ "sleep", "100000" ] } ]
        """;
}
