namespace Grainhouse.Gateway.Streams.WebSockets;

/// <summary>A WebSocket sub-protocol that carries numbered channels: the first byte of each message is the channel.</summary>
/// <param name="Name">As it is negotiated; empty for a client that names none.</param>
/// <param name="Version">1 to 5: 4 has exit codes as Status documents, 5 the end of a channel.</param>
/// <param name="IsBase64">Whether messages are text: the channel's digit, then base64.</param>
internal sealed record ChannelProtocol(string Name, int Version, bool IsBase64)
{
    /// <summary>What exec and attach speak.</summary>
    public static IReadOnlyList<ChannelProtocol> ForCommands { get; } =
    [
        new("v5.channel.k8s.io", 5, false),
        new("v4.channel.k8s.io", 4, false),
        new("v4.base64.channel.k8s.io", 4, true),
        new("v3.channel.k8s.io", 3, false),
        new("v2.channel.k8s.io", 2, false),
        new("channel.k8s.io", 1, false),
        new("base64.channel.k8s.io", 1, true),
        new("", 1, false),
    ];

    /// <summary>What port-forward speaks.</summary>
    public static IReadOnlyList<ChannelProtocol> ForPorts { get; } =
    [
        new("v4.channel.k8s.io", 4, false),
        new("v4.base64.channel.k8s.io", 4, true),
        new("", 4, false),
    ];

    /// <summary>The first that the client offers and <paramref name="spoken"/> has; null if there is none.</summary>
    public static ChannelProtocol? Choose(IReadOnlyList<ChannelProtocol> spoken, IEnumerable<string> offered)
    {
        var any = false;
        foreach (var name in offered)
        {
            any = true;
            if (spoken.FirstOrDefault(protocol => protocol.Name == name) is { } found)
            {
                return found;
            }
        }

        return any ? null : spoken.FirstOrDefault(protocol => protocol.Name.Length == 0);
    }
}
