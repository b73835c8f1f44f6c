using System.Text.Json;

namespace Grainhouse.Gateway.OpenApi;

/// <summary>The protobuf form of OpenAPI 2.0: gnostic's message <c>openapi.v2.Document</c>, which kubectl asks for.</summary>
internal static class GnosticDocument
{
    /// <summary>The content type that the bytes are sent as.</summary>
    public const string ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>What clients ask for; upstream's content type had this sign, which media types may not have, and clients kept it.</summary>
    public const string AskedFor = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    /// <summary>Encodes a document.</summary>
    /// <param name="json">The same document as JSON.</param>
    /// <exception cref="KeyNotFoundException">The document has a member that <see cref="GnosticField.All"/> does not tell the number of.</exception>
    public static byte[] Encode(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return ProtobufNode.Encode(Message("Document", document.RootElement));
    }

    private static List<ProtobufNode> Message(string name, JsonElement value)
    {
        var fields = GnosticField.All[name];
        var nodes = new List<ProtobufNode>();
        foreach (var member in value.EnumerateObject())
        {
            if (member.Name.StartsWith(GnosticField.Extensions, StringComparison.Ordinal))
            {
                nodes.Add(Extension(fields[GnosticField.Extensions].Path[0], member));
            }
            else
            {
                Add(nodes, fields[member.Name], member.Value);
            }
        }

        return nodes;
    }

    private static void Add(List<ProtobufNode> nodes, GnosticField field, JsonElement value)
    {
        var path = field.Path;
        switch (field.Form)
        {
            case GnosticForm.Text:
                nodes.Add(ProtobufNode.Text(path[0], value.GetString()!));
                break;
            case GnosticForm.Flag:
                nodes.Add(ProtobufNode.Flag(path[0], value.GetBoolean()));
                break;
            case GnosticForm.Texts:
                var texts = value.ValueKind == JsonValueKind.Array
                    ? value.EnumerateArray().Select(text => ProtobufNode.Text(path[^1], text.GetString()!))
                    : [ProtobufNode.Text(path[^1], value.GetString()!)];
                AddWrapped(nodes, path.AsSpan()[..^1], [.. texts]);
                break;
            case GnosticForm.Message:
                nodes.Add(ProtobufNode.Message(path.AsSpan(), Message(field.Message, value)));
                break;
            case GnosticForm.Named:
                int[] inner = [2, .. path.AsSpan()[2..]];
                var pairs = value.EnumerateObject().Select(pair => ProtobufNode.Message(
                    [path[1]], [ProtobufNode.Text(1, pair.Name), ProtobufNode.Message(inner, Message(field.Message, pair.Value))]));
                AddWrapped(nodes, path.AsSpan()[..1], [.. pairs]);
                break;
            default:
                nodes.AddRange(value.EnumerateArray().Select(parameter => Parameter(path[0], parameter)));
                break;
        }
    }

    private static void AddWrapped(List<ProtobufNode> nodes, ReadOnlySpan<int> path, ProtobufNode[] fields)
    {
        if (path.IsEmpty)
        {
            nodes.AddRange(fields);
        }
        else
        {
            nodes.Add(ProtobufNode.Message(path, fields));
        }
    }

    // ParametersItem { Parameter parameter = 1 }, Parameter { body_parameter = 1, non_body_parameter = 2 }, then by place.
    private static ProtobufNode Parameter(int number, JsonElement value) => value.GetProperty("in"u8).GetString() switch
    {
        "body" => ProtobufNode.Message([number, 1, 1], Message("BodyParameter", value)),
        "query" => ProtobufNode.Message([number, 1, 2, 3], Message("QueryParameter", value)),
        _ => ProtobufNode.Message([number, 1, 2, 4], Message("PathParameter", value)),
    };

    // NamedAny { name = 1, value = 2 } of an Any whose second field is YAML, which JSON is already.
    private static ProtobufNode Extension(int number, JsonProperty member) => ProtobufNode.Message(
        [number], [ProtobufNode.Text(1, member.Name), ProtobufNode.Message([2], [ProtobufNode.Text(2, member.Value.GetRawText())])]);
}
