using System.Collections.Immutable;

namespace Grainhouse.HostAgent.Probes;

/// <summary>What a probe or a hook asks, with nothing left to look up.</summary>
public abstract record ProbeTarget
{
    private ProbeTarget()
    {
    }

    /// <summary>Runs a command in the container: exit code 0 is success.</summary>
    public sealed record Exec(ImmutableArray<string> Command) : ProbeTarget;

    /// <summary>GETs a URL: 200 to 399 is success.</summary>
    public sealed record Http(Uri Url, ImmutableArray<KeyValuePair<string, string>> Headers) : ProbeTarget;

    /// <summary>Connects to a port.</summary>
    public sealed record Tcp(string Host, int Port) : ProbeTarget;

    /// <summary>Asks the standard gRPC health service, in the clear.</summary>
    public sealed record Grpc(string Host, int Port, string Service) : ProbeTarget;

    /// <summary>Waits: the sleep hook.</summary>
    public sealed record Sleep(TimeSpan Time) : ProbeTarget;

    /// <summary>Cannot be asked: the spec names a port that the container does not have, or nothing at all.</summary>
    public sealed record Unresolved(string Reason) : ProbeTarget;
}
