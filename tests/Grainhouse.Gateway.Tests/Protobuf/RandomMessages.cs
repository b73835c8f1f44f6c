using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Gateway.Protobuf;

namespace Grainhouse.Gateway.Tests.Protobuf;

/// <summary>Random documents that a message can hold, with nothing in them that the protobuf form does not keep.</summary>
internal static class RandomMessages
{
    private static readonly string[] Texts = ["web", "a/b", "ключ", "line\nnext", "\"quoted\\\"", "🙂", "x<y>&z", "%d"];
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document as text, every letter beyond ASCII and many within escaped or none.</summary>
    public static string Text(JsonNode document, bool escaped) => escaped ? document.ToJsonString() : document.ToJsonString(Relaxed);

    public static JsonObject Object(Random random, ProtobufMessage message, int depth)
    {
        var document = new JsonObject();
        foreach (var (_, field) in message.Fields.OrderBy(_ => random.Next()))
        {
            if (random.Next(depth > 4 ? 2 : 4) != 0)
            {
                continue;
            }

            if (field.Inline)
            {
                foreach (var (name, value) in Object(random, field.Target, depth).ToArray())
                {
                    document[name] = value?.DeepClone();
                }
            }
            else if (Value(random, field, depth) is { } value)
            {
                document[field.Name] = value;
            }
        }

        return document;
    }

    private static JsonNode? Value(Random random, ProtobufField field, int depth)
    {
        if (field.Map)
        {
            var map = new JsonObject();
            for (var count = random.Next(1, 4); count > 0; count--)
            {
                if (One(random, field, depth) is { } value)
                {
                    map[Texts[random.Next(Texts.Length)]] = value;
                }
            }

            return map.Count == 0 ? null : map;
        }

        if (field.Repeated)
        {
            var list = new JsonArray();
            for (var count = random.Next(1, 4); count > 0; count--)
            {
                if (One(random, field, depth) is { } value)
                {
                    list.Add(value);
                }
            }

            return list.Count == 0 ? null : list;
        }

        return One(random, field, depth);
    }

    private static JsonNode? One(Random random, ProtobufField field, int depth) => field.Type switch
    {
        ProtobufType.Text => Texts[random.Next(Texts.Length)],
        ProtobufType.Bytes => Convert.ToBase64String(BitConverter.GetBytes(random.NextInt64())),
        ProtobufType.Boolean => true,
        ProtobufType.Integer => random.Next(3) == 0 ? -random.Next(1, 9) : random.Next(1, 300_000),
        ProtobufType.Real => random.NextDouble() + 1,
        ProtobufType.Time => Time(random, field.Micro),
        ProtobufType.Quantity => $"{random.Next(1, 900)}Mi",
        ProtobufType.IntOrString => random.Next(2) == 0 ? JsonValue.Create(random.Next(9)) : JsonValue.Create("25%"),
        ProtobufType.Json => new JsonObject { ["f:a"] = new JsonArray(1, "two") },
        ProtobufType.Message when depth == 0 => null,
        ProtobufType.Message when field.Target.Whole is { } list => Value(random, list, depth - 1),
        _ => Object(random, field.Target, depth - 1),
    };

    private static string Time(Random random, bool micro)
    {
        var time = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.Next(100_000_000)).AddMicroseconds(micro ? random.Next(1_000_000) : 0);
        return time.ToString(micro ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'");
    }
}
