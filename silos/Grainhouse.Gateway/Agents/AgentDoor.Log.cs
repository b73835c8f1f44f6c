using Microsoft.Extensions.Logging;

namespace Grainhouse.Gateway.Agents;

/// <content>What the agents' door logs.</content>
internal sealed partial class AgentDoor
{
    [LoggerMessage(5010, LogLevel.Information, "Node {Node} joined: its agent has a certificate")]
    private partial void LogJoined(string node);

    [LoggerMessage(5013, LogLevel.Information, "The certificate of node {Node} is renewed")]
    private partial void LogRenewed(string node);

    [LoggerMessage(5011, LogLevel.Warning, "The stream of node {Node} is ended, its agent will attach again")]
    private partial void LogLost(Exception error, string node);

    [LoggerMessage(5012, LogLevel.Information, "The stream of node {Node} has ended: {Cause}")]
    private partial void LogEnded(string node, string cause);
}
