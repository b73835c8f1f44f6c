using System.Text.Json;
using Google.Protobuf;
using Grainhouse.Gateway.Calls.Kinds;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Gateway.Calls;

/// <summary>Documents as messages.</summary>
internal static class ObjectMessages
{
    /// <summary>Makes the message of a document. It shares the document's memory.</summary>
    public static ApiObject Make(ReadOnlyMemory<byte> document, View view)
    {
        var message = new ApiObject { ResourceVersion = Revision(document.Span) };
        if (view is View.Typed or View.Both)
        {
            using var parsed = JsonDocument.Parse(document);
            AddTyped(message, parsed.RootElement);
        }

        if (view != View.Typed || message.TypedCase == ApiObject.TypedOneofCase.None)
        {
            message.Document = UnsafeByteOperations.UnsafeWrap(document);
        }

        return message;
    }

    /// <summary>A document's <c>metadata.resourceVersion</c>, found without reading what follows; empty if there is none.</summary>
    public static string Revision(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document);
        return MoveTo(ref reader, "metadata"u8) && reader.TokenType == JsonTokenType.StartObject && MoveToMember(ref reader, "resourceVersion"u8)
            ? reader.GetString() ?? ""
            : "";
    }

    private static bool MoveTo(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.Read() && reader.TokenType == JsonTokenType.StartObject && MoveToMember(ref reader, name);

    private static bool MoveToMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static void AddTyped(ApiObject message, JsonElement root)
    {
        switch (root.At("apiVersion").Text(), root.At("kind").Text())
        {
            case ("v1", "Pod"):
                message.Pod = PodMessages.Make(root);
                break;
            case ("v1", "Node"):
                message.Node = NodeMessages.Make(root);
                break;
            case ("apps/v1", "Deployment"):
                message.Deployment = DeploymentMessages.Make(root);
                break;
            case ("v1", "Service"):
                message.Service = ServiceMessages.Make(root);
                break;
        }
    }
}
