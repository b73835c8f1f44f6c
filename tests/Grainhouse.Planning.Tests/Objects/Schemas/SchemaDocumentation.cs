using System.IO.Compression;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Grainhouse.Planning.Tests.Objects.Schemas;

/// <summary>Writes the catalog's descriptions from the XML documentation of KubernetesClient, which is upstream's own text.</summary>
internal static class SchemaDocumentation
{
    public static byte[] Generate(IEnumerable<(string Name, Type Model)> definitions, string xmlFile)
    {
        var words = Read(xmlFile);
        var text = new StringBuilder();
        foreach (var (name, model) in definitions)
        {
            Append(text, name, words, $"T:{model.FullName}");
            foreach (var (field, property) in SchemaGenerator.Fields(name, model))
            {
                Append(text, $"{name} {field}", words, $"P:{model.FullName}.{property.Name}");
            }
        }

        using var output = new MemoryStream();
        using (var brotli = new BrotliStream(output, CompressionLevel.SmallestSize))
        {
            brotli.Write(Encoding.UTF8.GetBytes(text.ToString()));
        }

        return output.ToArray();
    }

    private static void Append(StringBuilder text, string key, Dictionary<string, string> words, string member)
    {
        if (words.TryGetValue(member, out var summary))
        {
            text.Append(key).Append('\t').Append(summary).Append('\n');
        }
    }

    private static Dictionary<string, string> Read(string xmlFile)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        using var reader = XmlReader.Create(xmlFile);
        var member = "";
        while (reader.Read())
        {
            if (reader is { NodeType: XmlNodeType.Element, Name: "member" })
            {
                member = reader.GetAttribute("name") ?? "";
            }
            else if (reader is { NodeType: XmlNodeType.Element, Name: "summary" } && member.Contains("k8s.Models.", StringComparison.Ordinal))
            {
                var lines = XElement.Parse(reader.ReadOuterXml()).Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                words[member] = string.Join(' ', lines);
            }
        }

        return words;
    }
}
