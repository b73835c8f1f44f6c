using System.Collections.Immutable;
using Orleans.Runtime;

namespace Grainhouse.Grains.Members;

/// <summary>Who is in the cluster now, as the engine's membership tells it. Safe to use from any thread.</summary>
/// <remarks>A silo's name is where its gateway listens (<c>host:port</c>): so the membership is the list of gateways too.</remarks>
internal sealed class ClusterMembers(IClusterMembershipService membership, ILocalSiloDetails self)
{
    private Seen? last;

    /// <summary>The active silos now.</summary>
    public MemberSet Current => Of(membership.CurrentSnapshot);

    /// <summary>Completes when other silos are active than in <paramref name="known"/>.</summary>
    public async Task ChangedAsync(MemberSet known, CancellationToken cancellationToken)
    {
        // The stream begins with the present state, so no change between the caller's look and this one is missed.
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            if (!Of(snapshot).HasSameSilos(known))
            {
                return;
            }
        }
    }

    /// <summary>The gateway's address that a silo's name is; null if it is none.</summary>
    internal static Uri? GatewayOf(string siloName) =>
        siloName.Contains(':', StringComparison.Ordinal) && Uri.TryCreate($"https://{siloName}", UriKind.Absolute, out var gateway) ? gateway : null;

    private MemberSet Of(ClusterMembershipSnapshot snapshot)
    {
        if (Volatile.Read(ref last) is { } kept && ReferenceEquals(kept.Snapshot, snapshot))
        {
            return kept.Set;
        }

        var active = snapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active || member.SiloAddress.Equals(self.SiloAddress))
            .OrderBy(member => member.SiloAddress)
            .ToArray();
        ImmutableArray<SiloAddress> silos = active.Length == 0 ? [self.SiloAddress] : [.. active.Select(member => member.SiloAddress)];
        ImmutableArray<Uri> gateways = [.. (active.Length == 0 ? [self.Name] : active.Select(member => member.Name)).Select(GatewayOf).OfType<Uri>().Distinct()];
        var made = new Seen(snapshot, new MemberSet(self.SiloAddress, silos, gateways));
        Volatile.Write(ref last, made);
        return made.Set;
    }

    private sealed record Seen(ClusterMembershipSnapshot Snapshot, MemberSet Set);
}
