namespace Grainhouse.Client;

/// <content>What runs.</content>
public sealed partial class GrainhouseClient
{
    /// <summary>The logs, commands and ports of a pod. Nothing is sent yet.</summary>
    /// <param name="name">The pod.</param>
    /// <param name="namespace">Its namespace.</param>
    public PodStreams Pod(string name, string @namespace) => new(name, @namespace, transport, loggers, time);
}
