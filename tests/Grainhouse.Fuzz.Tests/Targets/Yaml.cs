using System.Text.Json;
using Grainhouse.Fuzz.Tests.Corpus;
using Grainhouse.Gateway.Requests;
using Grainhouse.Testing.Fuzzing;

namespace Grainhouse.Fuzz.Tests.Targets;

/// <summary>YAML: what is taken is JSON, and no longer than allowed.</summary>
internal static class Yaml
{
    private const int Limit = 256 * 1024;

    public static FuzzTarget Target { get; } = new(
        [.. Manifests.Yaml, "a: &x [1, 2]\nb: *x\nc: {? d : e}\n"u8.ToArray(), "a: |2\n  b\nc: >-\n  d\n"u8.ToArray()], [.. Words.Yaml, .. Words.Json], Take);

    private static string Take(byte[] yaml)
    {
        byte[] json;
        try
        {
            json = YamlBody.ToJson(yaml, Limit);
        }
        catch (RequestRefusedException refused)
        {
            return Ending.Of(refused.Message);
        }

        Assert.InRange(json.Length, 1, Limit);
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        return document.RootElement.ValueKind == JsonValueKind.Object ? Documents.Take(json) : document.RootElement.ValueKind.ToString();
    }
}
