using System.Text;
using Grainhouse.Fuzz.Tests.Corpus;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Testing.Fuzzing;

namespace Grainhouse.Fuzz.Tests.Targets;

/// <summary>Label and field selectors as queries have them.</summary>
internal static class Selectors
{
    private static readonly ResourceDescriptor Pods = ResourceCatalog.Find("pods")!;

    private static readonly KubeObject Pod = KubeObject.From(
        Pods.Key("default", "a"), 7, System.Text.Json.Nodes.JsonNode.Parse("""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","labels":{"a":"1","b/c":"d"}},"spec":{"nodeName":"n"}}""")!.AsObject());

    public static FuzzTarget Target { get; } = new(
        [.. new[] { "a=b,c!=d", "a in (b, c),!d", "x/y notin (),z", "a>1,b<2", "metadata.name=a,spec.nodeName!=b", "status.phase=Run\\,ning\\=\\\\" }.Select(Encoding.UTF8.GetBytes)], Words.Selectors, Take);

    private static string Take(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var labels = LabelSelector.TryParse(text, out var byLabels, out var labelError);
        var fields = FieldSelector.TryParse(Pods, text, out var byFields, out var fieldError);
        return $"{(labels ? byLabels.Matches(Pod.Header.Labels) : Ending.Of(labelError))}; {(fields ? byFields.Matches(Pod) : Ending.Of(fieldError))}";
    }
}
