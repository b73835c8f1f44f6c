namespace Grainhouse.Acceptance.Tests.Rollouts;

/// <summary>The commands and probes of the comparison that started this project, as written there.</summary>
public sealed class NodejsAppTests(SharedCluster shared) : NamespacedTests(shared)
{
    private static string Manifest(string image) => Manifests.Deployment("nodejs-app", 1, image, Manifests.ServeHealth) + "\n" + """
                ports: [ { containerPort: 8080 } ]
                livenessProbe:
                  httpGet: { path: /health, port: 8080 }
                  initialDelaySeconds: 15
                  periodSeconds: 30
                  timeoutSeconds: 1
                  successThreshold: 1
                  failureThreshold: 3
                readinessProbe:
                  httpGet: { path: /health, port: 8080 }
                  initialDelaySeconds: 15
                  periodSeconds: 30
                  timeoutSeconds: 1
                  successThreshold: 1
                  failureThreshold: 3
        """;

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task NodejsApp_HistoryUndoAndProbes_WorkAsWritten()
    {
        await Kubectl.ApplyAsync(Manifest(TestImages.One));
        await Kubectl.OkAsync("wait", "--for=jsonpath={.status.updatedReplicas}=1", "deployment/nodejs-app", "--timeout=20s");
        await Kubectl.OkAsync("wait", "--for=jsonpath={.status.phase}=Running", "pods", "-l", "app=nodejs-app", "--timeout=20s");
        await NotReadyBeforeTheInitialDelayAsync();
        await Kubectl.RolledOutAsync("nodejs-app", 70);
        await Kubectl.ApplyAsync(Manifest(TestImages.Two));
        await Kubectl.RolledOutAsync("nodejs-app", 70);

        Assert.Matches(@"REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>", await Kubectl.OkAsync("rollout", "history", "deployment/nodejs-app"));
        Assert.Contains(
            "deployment.apps/nodejs-app rolled back",
            await Kubectl.OkAsync("rollout", "undo", "deployment/nodejs-app", "--to-revision=1"),
            StringComparison.Ordinal);
        await Kubectl.RolledOutAsync("nodejs-app", 70);

        Assert.Equal(TestImages.One, await Kubectl.ValueAsync("deployment nodejs-app", "{.spec.template.spec.containers[0].image}"));
        Assert.Contains("delay=15s timeout=1s period=30s #success=1 #failure=3", await Kubectl.OkAsync("describe", "deployment", "nodejs-app"), StringComparison.Ordinal);
        Assert.Equal("0", await Kubectl.ValueAsync("pods -l app=nodejs-app", "{.items[0].status.containerStatuses[0].restartCount}"));
    }

    // Readiness may not be reported before initialDelaySeconds: compare the two times that the status itself gives.
    private async Task NotReadyBeforeTheInitialDelayAsync()
    {
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pods", "-l", "app=nodejs-app", "--timeout=70s");
        var times = (await Kubectl.ValueAsync(
            "pods -l app=nodejs-app",
            "{.items[0].status.containerStatuses[0].state.running.startedAt} {.items[0].status.conditions[?(@.type==\"Ready\")].lastTransitionTime}")).Split(' ');
        var waited = DateTimeOffset.Parse(times[1]) - DateTimeOffset.Parse(times[0]);
        Assert.InRange(waited.TotalSeconds, 14, 50);
    }
}
