using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Actors;

/// <summary>What one silo knows of the others: the newest news that have reached it.</summary>
internal sealed class SimulatedMembership(string name, SiloAddress address, ClusterMembershipSnapshot first) : IClusterMembershipService, ILocalSiloDetails
{
    // Continued in place: asynchronously would mean on the pool for whoever waits with a token.
    private TaskCompletionSource news = new();

    public ClusterMembershipSnapshot CurrentSnapshot { get; private set; } = first;

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => FollowAsync();

    public string Name => name;

    public string ClusterId => "simulated";

    public string DnsHostName => name;

    public SiloAddress SiloAddress => address;

    public SiloAddress GatewayAddress => address;

    /// <summary>Whether another silo is a member, as far as this one knows.</summary>
    public bool Knows(SimulatedMembership other) => CurrentSnapshot.Members.ContainsKey(other.SiloAddress);

    /// <summary>News have come, in whatever order: only newer ones count.</summary>
    public void Learn(ClusterMembershipSnapshot snapshot)
    {
        if (snapshot.Version > CurrentSnapshot.Version)
        {
            CurrentSnapshot = snapshot;
            var told = news;
            news = new TaskCompletionSource();
            told.TrySetResult();
        }
    }

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

    public Task<bool> TryKill(SiloAddress siloAddress) => Task.FromResult(false);

    private async IAsyncEnumerable<ClusterMembershipSnapshot> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var next = news.Task;
            yield return CurrentSnapshot;
            await next.WaitAsync(cancellationToken);
        }
    }
}
