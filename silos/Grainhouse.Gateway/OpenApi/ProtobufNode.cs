using Google.Protobuf;

namespace Grainhouse.Gateway.OpenApi;

/// <summary>A field of a protobuf message that is being put together: text, a truth, or a message of further fields.</summary>
/// <remarks>Lengths stand before contents in protobuf, so the whole is built first, measured once, and then written in one go.</remarks>
internal sealed class ProtobufNode
{
    private readonly int number;
    private readonly string? text;
    private readonly bool flag;
    private readonly IReadOnlyCollection<ProtobufNode>? fields;
    private readonly int length;

    private ProtobufNode(int number, string? text, bool flag, IReadOnlyCollection<ProtobufNode>? fields)
    {
        this.number = number;
        this.text = text;
        this.flag = flag;
        this.fields = fields;
        foreach (var field in fields ?? [])
        {
            length += field.Size;
        }
    }

    private int Size => CodedOutputStream.ComputeTagSize(number) + (fields, text) switch
    {
        ({ }, _) => CodedOutputStream.ComputeLengthSize(length) + length,
        (_, { }) => CodedOutputStream.ComputeStringSize(text),
        _ => CodedOutputStream.ComputeBoolSize(flag),
    };

    /// <summary>A field of type string.</summary>
    public static ProtobufNode Text(int number, string value) => new(number, value, false, null);

    /// <summary>A field of type bool.</summary>
    public static ProtobufNode Flag(int number, bool value) => new(number, null, value, null);

    /// <summary>A field that is a message, itself in messages with one field each.</summary>
    /// <param name="path">The numbers, the outermost first.</param>
    /// <param name="fields">The fields of the innermost.</param>
    public static ProtobufNode Message(ReadOnlySpan<int> path, IReadOnlyCollection<ProtobufNode> fields)
    {
        var node = new ProtobufNode(path[^1], null, false, fields);
        for (var index = path.Length - 2; index >= 0; index--)
        {
            node = new ProtobufNode(path[index], null, false, [node]);
        }

        return node;
    }

    /// <summary>The bytes of a message.</summary>
    public static byte[] Encode(IReadOnlyCollection<ProtobufNode> fields)
    {
        var bytes = new byte[fields.Sum(field => field.Size)];
        using var output = new CodedOutputStream(bytes);
        foreach (var field in fields)
        {
            field.Write(output);
        }

        output.CheckNoSpaceLeft();
        return bytes;
    }

    private void Write(CodedOutputStream output)
    {
        if (fields is not null)
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteLength(length);
            foreach (var field in fields)
            {
                field.Write(output);
            }
        }
        else if (text is not null)
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteString(text);
        }
        else
        {
            output.WriteTag(number, WireFormat.WireType.Varint);
            output.WriteBool(flag);
        }
    }
}
