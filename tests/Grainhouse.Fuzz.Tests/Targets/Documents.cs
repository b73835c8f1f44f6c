using System.Buffers;
using System.Text.Json;
using Grainhouse.Fuzz.Tests.Corpus;
using Grainhouse.Gateway.Protobuf;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;
using Grainhouse.Testing.Fuzzing;

namespace Grainhouse.Fuzz.Tests.Targets;

/// <summary>Objects as JSON. What is taken must be as it is when it is sent once more, and can be shown in every form.</summary>
internal static class Documents
{
    public static readonly RuleContext Context = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "5ca1ab1e-0000-4000-8000-000000000000");

    public static FuzzTarget Target { get; } = new(Manifests.Json, [.. Words.Json, .. Manifests.Fields], Take);

    /// <summary>Decides on an object that is sent to its own collection.</summary>
    public static string Take(byte[] json)
    {
        BodyHeader header;
        try
        {
            header = BodyHeader.Read(json);
        }
        catch (JsonException error)
        {
            return Ending.Of(error.Message);
        }

        var resource = ResourceCatalog.FindKind(header.ApiVersion ?? "", header.Kind ?? "") ?? ResourceCatalog.Find("pods")!;
        var name = header.Name is { Length: > 0 } given ? given : "a";
        var decision = ObjectRules.Create(resource.Stored, resource.Key(header.Namespace ?? "default", name), json, Options(resource), Context);
        if (decision is WriteDecision.Commit commit)
        {
            Check(resource.Stored, commit.Object);
        }

        return $"{resource.Kind}: {Ending.Of(decision)}";
    }

    /// <summary>What must be possible with every object that was taken.</summary>
    public static void Check(ResourceDescriptor resource, KubeObject taken)
    {
        var stored = taken.WithRevision(7);
        var output = new ArrayBufferWriter<byte>();
        stored.WriteTo(output);
        var again = ObjectRules.Update(resource, stored, output.WrittenMemory, Options(resource), Context);
        Assert.True(again is WriteDecision.Unchanged, $"sent once more it is {again}");
        new TableRows(resource, "v1", null, Context.Now).WriteRow(output, stored);
        var message = new ProtobufWriter();
        try
        {
            ProtobufEnvelope.Write(message, stored.Document.Span);
        }
        catch (FormatException error)
        {
            // Unknown kinds and fields of types that the protobuf form does not have: such an object is answered in JSON.
            Assert.NotEqual("", error.Message);
        }
    }

    private static WriteOptions Options(ResourceDescriptor resource) =>
        new() { FieldManager = "fuzz", Version = resource.StoredAs is null ? "" : resource.ApiVersion };
}
