using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Services;

/// <summary>What an endpoint says: enough to tell whether a stored one is as it should be.</summary>
internal readonly record struct EndpointFacts(
    string Uid, string Name, string Ip, string Node, string Hostname, bool Ready, bool Serving, bool Terminating);

/// <summary>What a stored EndpointSlice says, read once per revision: most slices of a Service do not change when one pod does.</summary>
internal sealed class SliceView
{
    private static readonly Func<KubeObject, SliceView> Reader = slice => new SliceView(slice);

    private SliceView(KubeObject slice)
    {
        var document = slice.ToMutable();
        Signature = EndpointGroup.SignatureOf(document.Array("ports"));
        Endpoints = [.. (document.Array("endpoints") ?? []).OfType<JsonObject>().Select(Read)];
    }

    /// <summary>The group of its ports.</summary>
    public string Signature { get; }

    public ImmutableArray<EndpointFacts> Endpoints { get; }

    public static SliceView Of(KubeObject slice) => slice.View(Reader);

    private static EndpointFacts Read(JsonObject endpoint)
    {
        var conditions = endpoint.Object("conditions");
        var address = endpoint.Array("addresses") is [JsonValue first, ..] && first.TryGetValue(out string? ip) ? ip : "";
        var target = endpoint.Object("targetRef");
        return new EndpointFacts(
            target.Text("uid") ?? "", target.Text("name") ?? "", address, endpoint.Text("nodeName") ?? "", endpoint.Text("hostname") ?? "",
            conditions.Flag("ready"), conditions.Flag("serving"), conditions.Flag("terminating"));
    }
}

/// <summary>What stored Endpoints say, read once per revision.</summary>
internal sealed class EndpointsView
{
    private static readonly Func<KubeObject, EndpointsView> Reader = endpoints => new EndpointsView(endpoints);

    private EndpointsView(KubeObject endpoints)
    {
        var document = endpoints.ToMutable();
        Subsets = [.. (document.Array("subsets") ?? []).OfType<JsonObject>().Select(ReadSubset)];
    }

    public ImmutableArray<EndpointSubset> Subsets { get; }

    public static EndpointsView Of(KubeObject endpoints) => endpoints.View(Reader);

    private static EndpointSubset ReadSubset(JsonObject subset) => new(
        EndpointGroup.SignatureOf(subset.Array("ports")),
        ReadAddresses(subset.Array("addresses"), ready: true),
        ReadAddresses(subset.Array("notReadyAddresses"), ready: false));

    private static List<EndpointFacts> ReadAddresses(JsonArray? addresses, bool ready) =>
        [.. (addresses ?? []).OfType<JsonObject>().Select(address => new EndpointFacts(
            address.Object("targetRef").Text("uid") ?? "", address.Object("targetRef").Text("name") ?? "", address.Text("ip") ?? "",
            address.Text("nodeName") ?? "", address.Text("hostname") ?? "", ready, false, false))];
}

/// <summary>The addresses of Endpoints that have the same ports.</summary>
internal sealed record EndpointSubset(string Signature, List<EndpointFacts> Ready, List<EndpointFacts> NotReady)
{
    public bool IsSame(EndpointSubset other) =>
        Signature == other.Signature && Ready.SequenceEqual(other.Ready) && NotReady.SequenceEqual(other.NotReady);
}
