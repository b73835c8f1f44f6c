using System.Collections.Frozen;
using System.Globalization;

namespace Grainhouse.Gateway.Protobuf;

/// <summary>The field numbers of the built-in kinds, read on first use from the table beside this file.</summary>
internal static class ProtobufTable
{
    private const string Resource = "Grainhouse.Gateway.Protobuf.fields.txt";
    private const string Meta = "apimachinery.pkg.apis.meta.v1.";

    private static readonly Lazy<FrozenDictionary<string, ProtobufMessage>> Messages = new(Load);

    /// <summary>The names of all messages.</summary>
    public static IEnumerable<string> Names => Messages.Value.Keys;

    /// <summary>A message by name; null if the table has none.</summary>
    public static ProtobufMessage? Find(string message) => Messages.Value.GetValueOrDefault(message);

    /// <summary>The message of a kind; null if the table has none.</summary>
    public static ProtobufMessage? Find(string apiVersion, string kind) => Find(NameOf(apiVersion, kind));

    /// <summary>The message of a kind, as in <c>apps.v1.Deployment</c>.</summary>
    private static string NameOf(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "core" : apiVersion[..slash];

        // The kinds of meta/v1 are known in every group.
        if (group == "meta.k8s.io" || kind is "DeleteOptions" or "CreateOptions" or "UpdateOptions" or "PatchOptions" or "Status")
        {
            return Meta + kind;
        }

        var dot = group.IndexOf('.', StringComparison.Ordinal);
        return $"{(dot < 0 ? group : group[..dot])}.{apiVersion[(slash + 1)..]}.{kind}";
    }

    private static FrozenDictionary<string, ProtobufMessage> Load()
    {
        using var reader = new StreamReader(typeof(ProtobufTable).Assembly.GetManifestResourceStream(Resource)!);
        var fields = new Dictionary<string, Dictionary<int, ProtobufField>>(StringComparer.Ordinal);
        Dictionary<int, ProtobufField> current = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith(' '))
            {
                var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                current.Add(int.Parse(parts[0], CultureInfo.InvariantCulture), Parse(parts[1], parts[2]));
            }
            else if (!line.StartsWith('#'))
            {
                fields.Add(line, current = []);
            }
        }

        var messages = fields.ToFrozenDictionary(message => message.Key, message => new ProtobufMessage(message.Value), StringComparer.Ordinal);
        foreach (var field in messages.Values.SelectMany(message => message.Fields).Select(entry => entry.Value).Where(field => field.Type == ProtobufType.Message))
        {
            field.Target = messages.GetValueOrDefault(field.Message) ?? throw new FormatException($"The table of protobuf fields has no message '{field.Message}'.");
        }

        foreach (var message in messages.Values)
        {
            message.Complete();
        }

        return messages;
    }

    private static ProtobufField Parse(string name, string type)
    {
        var inline = type.StartsWith('~');
        var repeated = type.StartsWith("[]", StringComparison.Ordinal);
        var map = type.StartsWith("map:", StringComparison.Ordinal);
        var keepsZero = type.EndsWith('!');
        var bare = type[(inline ? 1 : repeated ? 2 : map ? 4 : 0)..].TrimEnd('!');
        var message = bare.StartsWith('@') ? bare[1..] : "";
        return new ProtobufField(name, message.Length > 0 ? ProtobufType.Message : TypeOf(bare), message)
        {
            Repeated = repeated,
            Map = map,
            Inline = inline,
            KeepsZero = keepsZero,
            Micro = bare == "microtime",
        };
    }

    private static ProtobufType TypeOf(string name) => name switch
    {
        "string" => ProtobufType.Text,
        "bytes" => ProtobufType.Bytes,
        "bool" => ProtobufType.Boolean,
        "int32" or "int64" => ProtobufType.Integer,
        "double" => ProtobufType.Real,
        "time" or "microtime" => ProtobufType.Time,
        "quantity" => ProtobufType.Quantity,
        "intorstring" => ProtobufType.IntOrString,
        "raw" => ProtobufType.Json,
        _ => throw new FormatException($"The table of protobuf fields has an unknown type '{name}'."),
    };
}
