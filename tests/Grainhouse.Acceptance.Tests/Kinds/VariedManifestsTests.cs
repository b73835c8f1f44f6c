using System.Runtime.CompilerServices;

namespace Grainhouse.Acceptance.Tests.Kinds;

/// <summary>Every kind, through the real kubectl: applied twice, looked at, diffed and deleted.</summary>
public sealed class VariedManifestsTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(110);

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task ClientSideApply_AHundredManifests_OnceCreatesThenChangesNothingAndLeavesNothing()
    {
        var kubectl = await VariedManifests.BeginAsync(shared.Cluster);

        var created = Lines(await RunAsync(kubectl, "apply"));
        var again = Lines(await RunAsync(kubectl, "apply"));
        var tables = await TablesAsync(kubectl);
        var diff = await kubectl.RunAsync(["diff", "-f", VariedManifests.Folder], null, Bound);
        var deleted = Lines(await RunAsync(kubectl, "delete"));
        var left = await VariedManifests.LeftAsync(kubectl);
        await kubectl.OkAsync("delete", "namespace", VariedManifests.Space);

        Assert.All(created, line => Assert.EndsWith(" created", line, StringComparison.Ordinal));
        Assert.True(created.Length >= VariedManifests.Least, $"{created.Length} manifests");
        Assert.All(again, line => Assert.EndsWith(" unchanged", line, StringComparison.Ordinal));
        Assert.Equal((0, ""), (diff.ExitCode, diff.Output));
        Assert.Equal(created.Length, deleted.Length);
        Assert.Equal("", left);
        Check("tables.golden.txt", tables);
    }

    private static async Task<string> RunAsync(Kubectl kubectl, string verb) =>
        (await kubectl.RunAsync([verb, "-f", VariedManifests.Folder], null, Bound)).Ok();

    private static string[] Lines(string printed) => printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<string> TablesAsync(Kubectl kubectl)
    {
        const string Namespaced =
            "configmaps,secrets,serviceaccounts,limitranges,pods,podtemplates,deployments,replicasets,replicationcontrollers,"
            + "statefulsets,daemonsets,controllerrevisions,jobs,cronjobs,horizontalpodautoscalers,poddisruptionbudgets,"
            + "ingresses,networkpolicies,persistentvolumeclaims,csistoragecapacities,roles,rolebindings,leases,events";
        const string Clustered =
            "ingressclasses,persistentvolumes,storageclasses,csidrivers,csinodes,volumeattachments,clusterroles,clusterrolebindings,"
            + "certificatesigningrequests,validatingwebhookconfigurations,mutatingwebhookconfigurations,priorityclasses,runtimeclasses";
        return KubectlTable.Normalized(await kubectl.OkAsync("get", Namespaced, "-l", "set=varied", "-o", "wide"))
            + KubectlTable.Normalized(await kubectl.OkAsync("get", Clustered, "-l", "set=varied", "-o", "wide"));
    }

    private static void Check(string name, string actual, [CallerFilePath] string source = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(source)!, name);
        if (Environment.GetEnvironmentVariable("GRAINHOUSE_GOLDEN") == "write")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }
}
