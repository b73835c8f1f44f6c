using System.Collections.Immutable;
using System.Threading.Channels;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Grains.Nodes;

/// <summary>One attachment of a node's agent: numbers the directives and keeps them until the gateway has taken them.</summary>
internal sealed class AgentSession(string instance)
{
    // An agent that does not read for this many directives is cut off; when it attaches again a snapshot says all.
    private const int MostWaiting = 4_096;

    private readonly Channel<NodeDirective> directives = Channel.CreateBounded<NodeDirective>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private ulong sequence;

    /// <summary>Random, made when the agent's stream began.</summary>
    public string Instance { get; } = instance;

    /// <summary>The pods that the agent was told to run, by uid.</summary>
    public Dictionary<string, ToldPod> ToldPods { get; } = new(StringComparer.Ordinal);

    /// <summary>What each config object was when it was last sent: key to revision.</summary>
    public Dictionary<string, long> ToldObjects { get; } = new(StringComparer.Ordinal);

    /// <summary>The number of the report that must come next; the first one was the hello.</summary>
    public ulong NextReport { get; set; } = 2;

    /// <summary>The revision that the cache showed when the agent's last complete report came, once it is written; null before the first.</summary>
    public long? ReportedAt { get; set; }

    /// <summary>The gateways that the agent was last told of.</summary>
    public ImmutableArray<Uri> ToldGateways { get; set; } = [];

    /// <summary>The directives to pass on.</summary>
    public ChannelReader<NodeDirective> Directives => directives.Reader;

    /// <summary>Sends a directive. False: the agent is too slow, and the session is over.</summary>
    public bool Send(NodeDirective directive)
    {
        directive.Sequence = ++sequence;
        if (directives.Writer.TryWrite(directive))
        {
            return true;
        }

        Close();
        return false;
    }

    /// <summary>Ends the stream once what waits has been read.</summary>
    public void Close() => directives.Writer.TryComplete();
}

/// <summary>A pod as it was last looked at for an agent.</summary>
/// <param name="Revision">The newest revision that was looked at; one that changed nothing for the agent was not sent.</param>
/// <param name="Fingerprint">Of what the agent acts on, as it was last sent.</param>
/// <param name="References">The config maps and secrets that the pod reads.</param>
internal sealed record ToldPod(long Revision, ulong Fingerprint, IReadOnlySet<ObjectKey> References);
