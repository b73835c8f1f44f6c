using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Grainhouse.Gateway.Protobuf;

/// <summary>Writes JSON documents as protobuf messages, in one pass and without a model in between.</summary>
/// <remarks>
/// What the table does not know is left out, as upstream's types do. Inline messages are written once for each of their properties:
/// readers merge the parts of a message (protobuf.dev, Encoding: Last One Wins).
/// </remarks>
internal ref struct ProtobufEncoder
{
    private const int DeepestJson = 512;
    private const int ResourceVersion = 6;

    private readonly ReadOnlySpan<byte> document;
    private readonly ProtobufWriter output;
    private readonly long revision;
    private Utf8JsonReader json;

    private ProtobufEncoder(ReadOnlySpan<byte> document, ProtobufWriter output, long revision)
    {
        this.document = document;
        this.output = output;
        this.revision = revision;
        json = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = DeepestJson });
    }

    /// <summary>Appends the message of a document.</summary>
    /// <param name="document">One JSON object.</param>
    /// <param name="message">Its message.</param>
    /// <param name="output">Where to.</param>
    /// <param name="revision">What <c>metadata.resourceVersion</c> is to say, where the document does not; 0 for nothing.</param>
    /// <exception cref="FormatException">A value does not have the type that the table says.</exception>
    public static void Write(ReadOnlySpan<byte> document, ProtobufMessage message, ProtobufWriter output, long revision = 0)
    {
        var encoder = new ProtobufEncoder(document, output, revision);
        encoder.json.Read();
        encoder.WriteMembers(message, isRoot: true);
    }

    private void WriteMembers(ProtobufMessage message, bool isRoot = false)
    {
        Require(JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var place = json.ValueIsEscaped ? FindEscaped(message) : message.Find(json.ValueSpan);
            json.Read();
            if (place is null || json.TokenType == JsonTokenType.Null)
            {
                json.Skip();
            }
            else if (isRoot && revision > 0 && place.Field.Name == "metadata")
            {
                var start = output.Begin(place.Number);
                WriteRevision();
                WriteMembers(place.Field.Target);
                output.End(start);
            }
            else
            {
                WritePlace(place);
            }
        }
    }

    private readonly ProtobufPlace? FindEscaped(ProtobufMessage message)
    {
        var name = json.GetString()!;
        return message.Find(System.Text.Encoding.UTF8.GetBytes(name));
    }

    private readonly void WriteRevision()
    {
        Span<byte> digits = stackalloc byte[20];
        revision.TryFormat(digits, out var written);
        output.Bytes(ResourceVersion, digits[..written]);
    }

    private void WritePlace(ProtobufPlace place)
    {
        if (place.Around.IsEmpty)
        {
            WriteField(place.Number, place.Field);
            return;
        }

        Span<int> starts = stackalloc int[place.Around.Length];
        for (var index = 0; index < starts.Length; index++)
        {
            starts[index] = output.Begin(place.Around[index]);
        }

        WriteField(place.Number, place.Field);
        for (var index = starts.Length - 1; index >= 0; index--)
        {
            output.End(starts[index]);
        }
    }

    private void WriteField(int number, ProtobufField field)
    {
        if (field.Map)
        {
            WriteMap(number, field);
        }
        else if (field.Repeated)
        {
            Require(JsonTokenType.StartArray);
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                WriteValue(number, field);
            }
        }
        else
        {
            WriteValue(number, field);
        }
    }

    private void WriteMap(int number, ProtobufField field)
    {
        Require(JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var entry = output.Begin(number);
            WriteText(1);
            json.Read();
            if (json.TokenType != JsonTokenType.Null)
            {
                WriteValue(2, field);
            }

            output.End(entry);
        }
    }

    private void WriteValue(int number, ProtobufField field)
    {
        switch (field.Type)
        {
            case ProtobufType.Text:
                Require(JsonTokenType.String);
                WriteText(number);
                break;
            case ProtobufType.Bytes:
                WriteBase64(number);
                break;
            case ProtobufType.Boolean:
                output.Integer(number, json.TokenType switch
                {
                    JsonTokenType.True => 1,
                    JsonTokenType.False => 0,
                    _ => throw Unexpected(),
                });
                break;
            case ProtobufType.Integer:
                output.Integer(number, Integer());
                break;
            case ProtobufType.Real:
                Require(JsonTokenType.Number);
                output.Real(number, json.GetDouble());
                break;
            case ProtobufType.Message:
                WriteMessage(number, field.Target);
                break;
            default:
                var start = output.Begin(number);
                WriteSpecial(field);
                output.End(start);
                break;
        }
    }

    private void WriteMessage(int number, ProtobufMessage message)
    {
        var start = output.Begin(number);
        if (message.Whole is { } list)
        {
            WriteField(1, list);
        }
        else
        {
            WriteMembers(message);
        }

        output.End(start);
    }

    // The messages that have a JSON form of their own; what they hold is what ProtobufSpecial reads.
    private void WriteSpecial(ProtobufField field)
    {
        switch (field.Type)
        {
            case ProtobufType.Time:
                Require(JsonTokenType.String);
                var time = json.TryGetDateTimeOffset(out var parsed) ? parsed : throw Unexpected();
                var seconds = time.ToUnixTimeSeconds();
                output.Integer(1, seconds);
                output.Integer(2, (time.UtcTicks - DateTimeOffset.FromUnixTimeSeconds(seconds).Ticks) * TimeSpan.NanosecondsPerTick);
                break;
            case ProtobufType.Quantity when json.TokenType == JsonTokenType.Number:
                output.Bytes(1, json.ValueSpan);
                break;
            case ProtobufType.Quantity:
                Require(JsonTokenType.String);
                WriteText(1);
                break;
            case ProtobufType.IntOrString when json.TokenType == JsonTokenType.Number:
                output.Integer(1, 0);
                output.Integer(2, Integer());
                break;
            case ProtobufType.IntOrString:
                Require(JsonTokenType.String);
                output.Integer(1, 1);
                WriteText(3);
                break;
            case ProtobufType.Json:
                var from = (int)json.TokenStartIndex;
                json.Skip();
                output.Bytes(1, document[from..(int)json.BytesConsumed]);
                break;
            default:
                throw new FormatException($"{field.Name} has no form of its own");
        }
    }

    // A text or the name of a property.
    private readonly void WriteText(int number)
    {
        if (!json.ValueIsEscaped)
        {
            output.Bytes(number, json.ValueSpan);
            return;
        }

        var start = output.Begin(number);
        output.Advance(json.CopyString(output.Room(json.ValueSpan.Length)));
        output.End(start);
    }

    private readonly void WriteBase64(int number)
    {
        Require(JsonTokenType.String);
        var start = output.Begin(number);
        if (!json.ValueIsEscaped)
        {
            var room = output.Room(Base64.GetMaxDecodedFromUtf8Length(json.ValueSpan.Length));
            output.Advance(Base64.DecodeFromUtf8(json.ValueSpan, room, out _, out var written) == OperationStatus.Done ? written : throw Unexpected());
        }
        else
        {
            output.Raw(json.TryGetBytesFromBase64(out var bytes) ? bytes : throw Unexpected());
        }

        output.End(start);
    }

    private readonly long Integer() => json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var value) ? value : throw Unexpected();

    private readonly void Require(JsonTokenType type)
    {
        if (json.TokenType != type)
        {
            throw Unexpected();
        }
    }

    private readonly FormatException Unexpected() => new($"a {json.TokenType} at byte {json.TokenStartIndex} has no place in the message");
}
