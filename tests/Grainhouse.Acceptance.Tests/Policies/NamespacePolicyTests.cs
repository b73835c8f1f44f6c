using Grainhouse.Acceptance.Tests.Clients;

namespace Grainhouse.Acceptance.Tests.Policies;

/// <summary>LimitRange and ResourceQuota as users meet them: defaults, refusals, events, and what describe prints.</summary>
public sealed class NamespacePolicyTests(ProcessCluster shared) : IClassFixture<ProcessCluster>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [RealFact(Needs.Kubectl)]
    public async Task LimitRange_PodsOfADeployment_GetItsDefaultsAndKeepItsBounds()
    {
        var kubectl = await shared.Cluster.NamespaceAsync("limits");
        await kubectl.ApplyAsync(Limits);
        await kubectl.ApplyAsync(Deployment(1));

        var pod = await Eventually.GetAsync("a pod", () => kubectl.ValueAsync("pods", "{.items[*].metadata.name}"), name => name.Length > 0, Bound);
        Assert.Equal("""{"limits":{"cpu":"500m"},"requests":{"cpu":"100m"}}""", await kubectl.ValueAsync($"pod {pod}", "{.spec.containers[0].resources}"));
        Assert.Equal(
            "LimitRanger plugin set: cpu request for container main; cpu limit for container main",
            await kubectl.ValueAsync($"pod {pod}", "{.metadata.annotations.kubernetes\\.io/limit-ranger}"));
        Assert.Contains(
            "pods \"big\" is forbidden: maximum cpu usage per Container is 1, but limit is 2",
            (await kubectl.RunAsync(["apply", "-f", "-"], Pod("big", "limits: { cpu: 2 }"))).Failed(), StringComparison.Ordinal);
        Assert.Matches(@"Container\s+cpu\s+50m\s+1\s+100m\s+500m\s+-", await kubectl.OkAsync("describe", "limits", "bounds"));
        Assert.Matches(@"(?s)Resource Limits.*Container\s+cpu\s+50m", await kubectl.OkAsync("describe", "namespace", "limits"));
    }

    [RealFact(Needs.Kubectl)]
    public async Task ResourceQuota_DeploymentThatDoesNotFit_SaysWhyAndTheStatusCounts()
    {
        var kubectl = await shared.Cluster.NamespaceAsync("quota");
        await kubectl.OkAsync("create", "quota", "q", "--hard=pods=2,requests.cpu=1,configmaps=3,count/deployments.apps=1");
        await kubectl.ApplyAsync(Deployment(4, "requests: { cpu: 100m }"));

        await Eventually.GetAsync(
            "the failure on the Deployment", () => kubectl.ValueAsync("deployment web", "{.status.conditions[?(@.type==\"ReplicaFailure\")].message}"),
            why => why.EndsWith("is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2", StringComparison.Ordinal), Bound);
        await Eventually.GetAsync(
            "its event", () => kubectl.OkAsync("get", "events"), events => events.Contains("FailedCreate", StringComparison.Ordinal) && events.Contains("Error creating: pods \"web-", StringComparison.Ordinal), Bound);
        await Eventually.GetAsync(
            "what describe prints", () => kubectl.OkAsync("describe", "quota", "q"),
            text => System.Text.RegularExpressions.Regex.IsMatch(text, @"(?s)configmaps\s+1\s+3.*count/deployments\.apps\s+1\s+1.*pods\s+2\s+2.*requests\.cpu\s+200m\s+1"), Bound);
        Assert.Matches(@"(?s)Resource Quotas.*pods\s+2\s+2", await kubectl.OkAsync("describe", "namespace", "quota"));

        Assert.Contains(
            "pods \"loose\" is forbidden: failed quota: q: must specify requests.cpu for: main",
            (await kubectl.RunAsync(["apply", "-f", "-"], Pod("loose", ""))).Failed(), StringComparison.Ordinal);
        Assert.Contains(
            "exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1",
            await kubectl.FailsAsync("create", "deployment", "second", "--image=none:1"), StringComparison.Ordinal);

        await kubectl.OkAsync("delete", "deployment", "web");
        await Eventually.GetAsync(
            "everything given back", () => kubectl.ValueAsync("quota q", "{.status.used}"),
            used => used == """{"configmaps":"1","count/deployments.apps":"0","pods":"0","requests.cpu":"0"}""", Bound);
    }

    private const string Limits = """
        apiVersion: v1
        kind: LimitRange
        metadata: { name: bounds }
        spec:
          limits:
          - type: Container
            min: { cpu: 50m }
            max: { cpu: "1" }
            default: { cpu: 500m }
            defaultRequest: { cpu: 100m }
        """;

    private static string Deployment(int replicas, string resources = "") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web }
        spec:
          replicas: {{replicas}}
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec:
              runtimeClassName: process
              terminationGracePeriodSeconds: 2
              containers: [ { name: main, command: [ "sleep", "100000" ], resources: { {{resources}} } } ]
        """;

    private static string Pod(string name, string resources) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: { name: {{name}} }
        spec:
          runtimeClassName: process
          containers: [ { name: main, command: [ "sleep", "100000" ], resources: { {{resources}} } } ]
        """;
}
