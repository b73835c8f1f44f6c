using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Grainhouse.Client;

/// <summary>Reads manifests: one or more YAML documents (JSON is YAML too). A List gives its items.</summary>
public static class ManifestReader
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="ManifestException">It cannot be read; the message names file, line and cause.</exception>
    public static IReadOnlyList<JsonObject> ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new ManifestException($"{path}: there is no such file.");
        }

        return Read(File.ReadAllText(path), path);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The documents.</param>
    /// <param name="source">What messages call the text.</param>
    /// <exception cref="ManifestException">It cannot be read.</exception>
    public static IReadOnlyList<JsonObject> Read(string text, string source)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new ManifestException($"{source}, line {error.Start.Line}: not valid YAML: {error.Message}", error);
        }

        return [.. stream.Documents.Select(document => document.RootNode).Where(root => !IsEmpty(root)).SelectMany(root => Objects(root, source))];
    }

    private static IEnumerable<JsonObject> Objects(YamlNode root, string source)
    {
        if (YamlToJson.Convert(root) is not JsonObject manifest)
        {
            throw new ManifestException($"{source}, line {root.Start.Line}: a manifest must be a mapping.");
        }

        if (manifest["kind"] is JsonValue kind && kind.ToString() == "List" && manifest["items"] is JsonArray items)
        {
            return items.OfType<JsonObject>().Select(item => Checked((JsonObject)item.DeepClone(), root, source));
        }

        return [Checked(manifest, root, source)];
    }

    private static JsonObject Checked(JsonObject manifest, YamlNode root, string source)
    {
        try
        {
            ObjectReference.Of(manifest);
            return manifest;
        }
        catch (ManifestException error)
        {
            throw new ManifestException($"{source}, line {root.Start.Line}: {error.Message}.", error);
        }
    }

    private static bool IsEmpty(YamlNode node) => node is YamlScalarNode { Value: null or "" };
}
