using System.Buffers;
using System.Buffers.Binary;
using Grainhouse.Gateway.Protobuf;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Responses;

/// <summary>Events in the protobuf form: four bytes of length, most significant first, then a meta/v1 WatchEvent.</summary>
internal sealed class ProtobufEvents(ProtobufForm form) : EventForm
{
    // meta/v1 WatchEvent, and runtime.RawExtension in it.
    private const int Type = 1;
    private const int Object = 2;
    private const int Raw = 1;

    // A writer of a watch keeps nothing between events that is larger than most of them.
    private const int KeptCapacity = 16 * 1024;
    private ProtobufWriter? scratch;

    /// <inheritdoc/>
    public override string ContentType => ProtobufBody.MediaType + ";stream=watch";

    /// <inheritdoc/>
    public override void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> type, KubeObject item)
    {
        var writer = Begin(type, out var extension, out var raw);
        var start = ProtobufEnvelope.Begin(writer, form.ApiVersion, form.Kind);
        form.Write(item, writer);
        ProtobufEnvelope.End(writer, start);
        End(output, writer, extension, raw);
    }

    /// <inheritdoc/>
    public override void WriteError(IBufferWriter<byte> output, ApiStatus status)
    {
        var document = new ArrayBufferWriter<byte>();
        StatusDocument.WriteFailure(document, status);
        var writer = Begin("ERROR"u8, out var extension, out var raw);
        ProtobufEnvelope.Write(writer, document.WrittenSpan);
        End(output, writer, extension, raw);
    }

    private ProtobufWriter Begin(ReadOnlySpan<byte> type, out int extension, out int raw)
    {
        var writer = scratch ?? new ProtobufWriter();
        scratch = writer;
        writer.Clear();
        writer.Bytes(Type, type);
        extension = writer.Begin(Object);
        raw = writer.Begin(Raw);
        return writer;
    }

    private void End(IBufferWriter<byte> output, ProtobufWriter writer, int extension, int raw)
    {
        writer.End(raw);
        writer.End(extension);
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), writer.Length);
        output.Advance(4);
        output.Write(writer.Written);
        if (writer.Capacity > KeptCapacity)
        {
            scratch = null;
        }
    }
}
