using System.Buffers;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Responses;

/// <summary>Events as JSON, one a line.</summary>
internal sealed class JsonEvents(ObjectForm form) : EventForm
{
    /// <inheritdoc/>
    public override string ContentType => "application/json";

    /// <inheritdoc/>
    /// <remarks>A Table's column definitions come with the first event only.</remarks>
    public override void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> type, KubeObject item)
    {
        output.Write("{\"type\":\""u8);
        output.Write(type);
        output.Write("\",\"object\":"u8);
        form.WriteObject(output, item);
        output.Write("}\n"u8);
    }

    /// <inheritdoc/>
    public override void WriteError(IBufferWriter<byte> output, ApiStatus status)
    {
        output.Write("{\"type\":\"ERROR\",\"object\":"u8);
        StatusDocument.WriteFailure(output, status);
        output.Write("}\n"u8);
    }

    /// <inheritdoc/>
    public override void SetTime(DateTimeOffset now) => form.SetTime(now);
}
