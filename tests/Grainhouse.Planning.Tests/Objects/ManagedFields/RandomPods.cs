using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Objects.Decoding;

namespace Grainhouse.Planning.Tests.Objects.ManagedFields;

/// <summary>Parts of pods with everything that merges in its own way: maps, keyed lists in each other, sets, whole lists and whole maps.</summary>
internal static class RandomPods
{
    /// <summary>A document of a few fields; names are so few that two documents often meet.</summary>
    public static JsonObject Next(Random random)
    {
        var metadata = new JsonObject();
        Maybe(random, metadata, "labels", () => Map(random));
        Maybe(random, metadata, "finalizers", () => Set(random));
        var spec = new JsonObject();
        Maybe(random, spec, "containers", () => Keyed(random, "name", item => Container(random, item)));
        Maybe(random, spec, "imagePullSecrets", () => Keyed(random, "name", _ => { }));
        Maybe(random, spec, "nodeSelector", () => Map(random));
        Maybe(random, spec, "tolerations", () => new JsonArray(new JsonObject { ["key"] = Word(random) }));
        Maybe(random, spec, "priority", () => random.Next(3));
        Maybe(random, spec, "securityContext", () => new JsonObject { ["runAsUser"] = random.Next(2) });
        var document = new JsonObject();
        Add(document, "metadata", metadata);
        Add(document, "spec", spec);

        // As documents are when they have been read.
        return new SchemaReader(Encoding.UTF8.GetBytes(document.ToJsonString())).Read(SchemaCatalog.For(ResourceCatalog.Pods))!;
    }

    private static void Container(Random random, JsonObject item)
    {
        Maybe(random, item, "image", () => Word(random));
        Maybe(random, item, "args", () => new JsonArray(Word(random)));
        Maybe(random, item, "env", () => Keyed(random, "name", env => Maybe(random, env, "value", () => Word(random))));
        Maybe(random, item, "ports", () => new JsonArray([.. new[] { 80, 443 }.Where(_ => random.Next(2) == 0).Select(port => Port(random, port))]));
        Maybe(random, item, "resources", () => new JsonObject { ["limits"] = new JsonObject { ["cpu"] = $"{random.Next(1, 3)}" } });
    }

    private static JsonObject Port(Random random, int number)
    {
        var port = new JsonObject { ["containerPort"] = number };
        Maybe(random, port, "name", () => Word(random));
        if (random.Next(2) == 0)
        {
            port["protocol"] = "TCP";
        }

        return port;
    }

    private static JsonArray Keyed(Random random, string key, Action<JsonObject> fill)
    {
        var items = new JsonArray();
        foreach (var name in "abc".OrderBy(_ => random.Next()).Take(random.Next(1, 4)))
        {
            var item = new JsonObject { [key] = $"{name}" };
            fill(item);
            items.Add(item);
        }

        return items;
    }

    private static JsonArray Set(Random random) => [.. "xyz".OrderBy(_ => random.Next()).Take(random.Next(1, 3)).Select(item => JsonValue.Create($"{item}"))];

    private static JsonObject Map(Random random) => new(
        "ab".Where(_ => random.Next(2) == 0).Select(key => KeyValuePair.Create<string, JsonNode?>($"{key}", Word(random))));

    private static string Word(Random random) => $"{(char)('p' + random.Next(3))}";

    private static void Maybe(Random random, JsonObject target, string name, Func<JsonNode> make)
    {
        if (random.Next(2) == 0)
        {
            Add(target, name, make());
        }
    }

    private static void Add(JsonObject target, string name, JsonNode value)
    {
        if (value is not (JsonObject { Count: 0 } or JsonArray { Count: 0 }))
        {
            target[name] = value;
        }
    }
}
