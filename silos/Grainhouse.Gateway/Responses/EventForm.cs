using System.Buffers;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Responses;

/// <summary>Writes the events of one watch. For one request: not safe to share.</summary>
internal abstract class EventForm
{
    /// <summary>The answer's content type.</summary>
    public abstract string ContentType { get; }

    /// <summary>Writes one event of an object.</summary>
    public abstract void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> type, KubeObject item);

    /// <summary>Writes the event that says why the watch ends.</summary>
    public abstract void WriteError(IBufferWriter<byte> output, ApiStatus status);

    /// <summary>Sets the time that ages are counted to.</summary>
    public virtual void SetTime(DateTimeOffset now)
    {
    }
}
