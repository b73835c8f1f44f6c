using System.Collections.Frozen;
using System.Globalization;

namespace Grainhouse.Gateway.Protobuf;

/// <summary>The field numbers of the kinds served, read on first use from the table beside this file.</summary>
internal static class ProtobufTable
{
    private const string Resource = "Grainhouse.Gateway.Protobuf.fields.txt";

    private static readonly Lazy<FrozenDictionary<string, FrozenDictionary<int, ProtobufField>>> Messages = new(Load);

    /// <summary>The fields of a message by number; null if the table has no such message.</summary>
    public static FrozenDictionary<int, ProtobufField>? Find(string message) => Messages.Value.GetValueOrDefault(message);

    /// <summary>The message of a kind, as in <c>apps.v1.Deployment</c>.</summary>
    public static string NameOf(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        if (kind == "DeleteOptions")
        {
            return "apimachinery.pkg.apis.meta.v1.DeleteOptions";
        }

        var group = slash < 0 ? "core" : apiVersion[..slash];
        var dot = group.IndexOf('.', StringComparison.Ordinal);
        return $"{(dot < 0 ? group : group[..dot])}.{apiVersion[(slash + 1)..]}.{kind}";
    }

    private static FrozenDictionary<string, FrozenDictionary<int, ProtobufField>> Load()
    {
        using var reader = new StreamReader(typeof(ProtobufTable).Assembly.GetManifestResourceStream(Resource)!);
        var messages = new Dictionary<string, Dictionary<int, ProtobufField>>(StringComparer.Ordinal);
        Dictionary<int, ProtobufField> fields = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith(' '))
            {
                var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                fields.Add(int.Parse(parts[0], CultureInfo.InvariantCulture), Parse(parts[1], parts[2]));
            }
            else if (!line.StartsWith('#'))
            {
                messages.Add(line, fields = []);
            }
        }

        return messages.ToFrozenDictionary(message => message.Key, message => message.Value.ToFrozenDictionary(), StringComparer.Ordinal);
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
