using System.Collections.Immutable;
using System.Net;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Actors;

/// <summary>The membership of a silo that knows of no other: so each silo wakes everybody, which must do no harm.</summary>
internal sealed class LoneMembership(string name) : IClusterMembershipService, ILocalSiloDetails
{
    public ClusterMembershipSnapshot CurrentSnapshot { get; } =
        new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new MembershipVersion(1));

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => NeverAsync();

    public string Name => name;

    public string ClusterId => "simulated";

    public string DnsHostName => name;

    public SiloAddress SiloAddress { get; } = SiloAddress.New(IPAddress.Loopback, 1, 1);

    public SiloAddress GatewayAddress => SiloAddress;

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

    public Task<bool> TryKill(SiloAddress siloAddress) => Task.FromResult(false);

    private static async IAsyncEnumerable<ClusterMembershipSnapshot> NeverAsync()
    {
        await new TaskCompletionSource().Task;
        yield break;
    }
}
