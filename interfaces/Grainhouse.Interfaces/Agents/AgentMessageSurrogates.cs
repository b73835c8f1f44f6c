using Google.Protobuf;
using Orleans;

namespace Grainhouse.Interfaces.Agents;

/// <summary>How agent messages, which protobuf owns, cross between silos: as their protobuf bytes.</summary>
[GenerateSerializer, Immutable, Alias("grainhouse.agentmessage")]
public struct AgentMessageSurrogate
{
    /// <summary>The message in protobuf's wire format.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; }
}

/// <summary>Converts one type of agent message.</summary>
public abstract class AgentMessageConverter<T>(MessageParser<T> parser) : IConverter<T, AgentMessageSurrogate>
    where T : class, IMessage<T>
{
    /// <inheritdoc/>
    public T ConvertFromSurrogate(in AgentMessageSurrogate surrogate) => parser.ParseFrom(surrogate.Bytes);

    /// <inheritdoc/>
    public AgentMessageSurrogate ConvertToSurrogate(in T value) => new() { Bytes = value.ToByteArray() };
}

/// <summary>Converts <see cref="NodeDirective"/>.</summary>
[RegisterConverter]
public sealed class NodeDirectiveConverter() : AgentMessageConverter<NodeDirective>(NodeDirective.Parser);

/// <summary>Converts <see cref="AgentReport"/>.</summary>
[RegisterConverter]
public sealed class AgentReportConverter() : AgentMessageConverter<AgentReport>(AgentReport.Parser);

/// <summary>Converts <see cref="Hello"/>.</summary>
[RegisterConverter]
public sealed class HelloConverter() : AgentMessageConverter<Hello>(Hello.Parser);

/// <summary>Converts <see cref="TunnelRequest"/>.</summary>
[RegisterConverter]
public sealed class TunnelRequestConverter() : AgentMessageConverter<TunnelRequest>(TunnelRequest.Parser);

/// <summary>Converts <see cref="Heartbeat"/>.</summary>
[RegisterConverter]
public sealed class HeartbeatConverter() : AgentMessageConverter<Heartbeat>(Heartbeat.Parser);
