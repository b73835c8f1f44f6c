namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>Three replicas with probes and config, rolled out once for all tests that only look at them.</summary>
public sealed class WebDeployment : IAsyncLifetime
{
    private readonly SharedCluster shared = new();

    internal Kubectl Kubectl { get; private set; } = null!;

    /// <summary>What <c>apply</c> and <c>rollout status</c> printed.</summary>
    internal string Printed { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await shared.InitializeAsync();
        if (Requirements.Missing(Needs.Docker | Needs.Kubectl) is not null)
        {
            return;
        }

        Kubectl = await shared.Cluster.NamespaceAsync($"web-{Guid.NewGuid():n}"[..12]);
        Printed = await Kubectl.ApplyAsync(Manifests.Web);
        Printed += await Kubectl.OkAsync("rollout", "status", "deployment/web", "--timeout=60s");
    }

    public async Task DisposeAsync()
    {
        if (Kubectl is not null)
        {
            await shared.Kubectl.OkAsync("delete", "namespace", Kubectl.Namespace, "--wait=false");
        }

        await shared.DisposeAsync();
    }
}
