using Grainhouse.Gateway.Protobuf;
using Grainhouse.Gateway.Requests;

namespace Grainhouse.Gateway.Responses;

/// <summary>What an object is called, and which message it is, in the protobuf form that a client asked for.</summary>
/// <param name="ApiVersion">The group and version.</param>
/// <param name="Kind">The kind of one object.</param>
/// <param name="Message">Its message.</param>
internal readonly record struct ProtobufForm(string ApiVersion, string Kind, ProtobufMessage Message)
{
    /// <summary>The form of a request whose negotiation found that the kind has one.</summary>
    public static ProtobufForm Of(ResourceRequest request) => request.Form.Kind == RepresentationKind.Metadata
        ? Of($"meta.k8s.io/{request.Form.Version}", "PartialObjectMetadata")
        : Of(request.Resource.ApiVersion, request.Resource.Kind);

    private static ProtobufForm Of(string apiVersion, string kind) => new(
        apiVersion, kind, ProtobufTable.Find(apiVersion, kind) ?? throw new InvalidOperationException($"The table of protobuf fields has no {apiVersion} {kind}."));
}
