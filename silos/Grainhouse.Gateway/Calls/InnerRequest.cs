using Grainhouse.Gateway.Streams.Commands;

namespace Grainhouse.Gateway.Calls;

/// <summary>A request that a gRPC call makes of the Kubernetes door.</summary>
/// <param name="Method">As in <c>GET</c>.</param>
/// <param name="Path">The path, not escaped.</param>
internal sealed record InnerRequest(string Method, string Path)
{
    /// <summary>The query, escaped.</summary>
    public InnerQuery Query { get; init; } = new();

    /// <summary>The body; empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The type of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>What talks to the process that is asked for; null for requests that ask for none.</summary>
    public IInnerCommand? Command { get; init; }
}
