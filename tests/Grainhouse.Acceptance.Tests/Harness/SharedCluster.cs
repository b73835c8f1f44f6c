namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>One Docker cluster for all test classes that only need some cluster: started by the first, ended with the last.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private static readonly SemaphoreSlim Turn = new(1);
    private static Cluster? running;
    private static int users;
    private Cluster? mine;

    internal Cluster Cluster => mine ?? throw new InvalidOperationException("The machine lacks Docker or kubectl.");

    internal Kubectl Kubectl => Cluster.Kubectl;

    public async Task InitializeAsync()
    {
        if (Requirements.Missing(Needs.Docker | Needs.Kubectl) is not null)
        {
            return;
        }

        await Turn.WaitAsync();
        try
        {
            running ??= await Cluster.StartAsync(new ClusterSettings());
            mine = running;
            users++;
        }
        finally
        {
            Turn.Release();
        }
    }

    public async Task DisposeAsync()
    {
        await Turn.WaitAsync();
        try
        {
            if (mine is not null && --users == 0)
            {
                await mine.DisposeAsync();
                running = null;
            }
        }
        finally
        {
            Turn.Release();
        }
    }
}

/// <summary>Tests with bounds in seconds: alone, after the others, so that the bound is the product's and not the machine's.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
