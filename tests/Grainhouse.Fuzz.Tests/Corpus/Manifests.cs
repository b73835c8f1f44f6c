using System.Text;
using System.Text.RegularExpressions;
using Grainhouse.Gateway.Requests;

namespace Grainhouse.Fuzz.Tests.Corpus;

/// <summary>Manifests of all kinds, to begin with.</summary>
internal static partial class Manifests
{
    /// <summary>One YAML document each.</summary>
    public static IReadOnlyList<byte[]> Yaml { get; } =
        [.. typeof(Manifests).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("manifests/", StringComparison.Ordinal)).SelectMany(Read)];

    /// <summary>The same as JSON.</summary>
    public static IReadOnlyList<byte[]> Json { get; } = [.. Yaml.Select(document => YamlBody.ToJson(document, 1 << 20))];

    /// <summary>The names of all their fields, in quotes.</summary>
    public static IReadOnlyList<byte[]> Fields { get; } =
        [.. Json.SelectMany(document => Name().Matches(Encoding.UTF8.GetString(document)).Select(match => match.Value)).Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];

    private static IEnumerable<byte[]> Read(string resource)
    {
        using var reader = new StreamReader(typeof(Manifests).Assembly.GetManifestResourceStream(resource)!);
        return [.. Separator().Split(reader.ReadToEnd()).Where(document => document.Contains("kind:", StringComparison.Ordinal)).Select(Encoding.UTF8.GetBytes)];
    }

    [GeneratedRegex("^---.*\n", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex("\"[A-Za-z]+\":")]
    private static partial Regex Name();
}
