using System.Text;
using Grainhouse.Fuzz.Tests.Corpus;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;
using Grainhouse.Testing.Fuzzing;

namespace Grainhouse.Fuzz.Tests.Targets;

/// <summary>Patches of all kinds, to objects of some kinds: what comes out of one must be as good as what is sent whole.</summary>
internal static class Patches
{
    private const int Types = 4;

    private static readonly string[] Starts =
    [
        """{"metadata":{"labels":{"a":"b"}}}""",
        """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a","labels":{"a":"c"}},"spec":{"template":{"spec":{"containers":[{"name":"a","image":"b"}]}}}}""",
        """{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"b","image":"c"},{"$patch":"delete","name":"a"}]}}}}""",
        """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a/b"],"finalizers":["c/d"]},"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""",
        """[{"op":"test","path":"/metadata/name","value":"a"},{"op":"add","path":"/metadata/labels","value":{}},{"op":"copy","from":"/metadata","path":"/metadata/labels/x"}]""",
        """[{"op":"move","from":"/spec/template/spec/containers/0","path":"/spec/template/spec/containers/-"},{"op":"remove","path":"/spec/paused"},{"op":"replace","path":"/spec/replicas","value":3}]""",
        """{"metadata":{"managedFields":[{"manager":"x","operation":"Apply","apiVersion":"apps/v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:replicas":{}}}}]}}""",
    ];

    private static readonly KubeObject[] Objects = [.. Manifests.Json.Select(Create).OfType<KubeObject>()];

    // The first byte says which patch it is, the second for which object.
    public static FuzzTarget Target { get; } = new(
        [.. from start in Starts from type in Enumerable.Range(0, Types) from item in Enumerable.Range(0, Objects.Length) where item % 9 == type select (byte[])[(byte)type, (byte)item, .. Encoding.UTF8.GetBytes(start)],
            .. Enumerable.Range(0, Objects.Length).SelectMany(item => Enumerable.Range(1, Types - 1).Select(type => (byte[])[(byte)type, (byte)item, .. Objects[item].Document.Span]))],
        [.. Words.Json, .. Words.Patches, .. Manifests.Fields],
        Take);

    private static string Take(byte[] input)
    {
        if (input.Length < 2)
        {
            return "short";
        }

        var (type, current, patch) = ((PatchType)(input[0] % Types), Objects[input[1] % Objects.Length], input.AsMemory(2));
        var resource = ResourceCatalog.Find(current.Key.Resource)!;
        var options = new WriteOptions { FieldManager = "fuzz", FieldValidation = FieldValidation.Warn, Force = type == PatchType.Apply };
        var decision = type == PatchType.Apply
            ? ObjectRules.Apply(resource, current.Key, current, patch, options, Documents.Context)
            : ObjectRules.Patch(resource, current, type, patch, options, Documents.Context);
        if (decision is WriteDecision.Commit commit)
        {
            Documents.Check(resource, commit.Object);
        }

        return $"{type}: {Ending.Of(decision)}";
    }

    private static KubeObject? Create(byte[] json)
    {
        var header = Gateway.Requests.BodyHeader.Read(json);
        return ResourceCatalog.FindKind(header.ApiVersion!, header.Kind!) is { StoredAs: null } resource
            && ObjectRules.Create(resource, resource.Key(header.Namespace ?? "default", header.Name!), json, new WriteOptions { FieldManager = "seed" }, Documents.Context) is WriteDecision.Commit commit
            ? commit.Object.WithRevision(7)
            : null;
    }
}
