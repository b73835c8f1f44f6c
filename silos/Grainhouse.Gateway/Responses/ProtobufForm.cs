using Grainhouse.Gateway.Protobuf;
using Grainhouse.Gateway.Requests;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Objects.Conversion;

namespace Grainhouse.Gateway.Responses;

/// <summary>What an object is called, and which message it is, in the protobuf form that a client asked for.</summary>
/// <param name="ApiVersion">The group and version.</param>
/// <param name="Kind">The kind of one object.</param>
/// <param name="Message">Its message.</param>
/// <param name="Resource">The kind, in the version that was asked for.</param>
internal readonly record struct ProtobufForm(string ApiVersion, string Kind, ProtobufMessage Message, ResourceDescriptor Resource)
{
    /// <summary>The form of a request whose negotiation found that the kind has one.</summary>
    public static ProtobufForm Of(ResourceRequest request) => request.Form.Kind == RepresentationKind.Metadata
        ? Of($"meta.k8s.io/{request.Form.Version}", "PartialObjectMetadata", request.Resource)
        : Of(request.Resource.ApiVersion, request.Resource.Kind, request.Resource);

    /// <summary>Writes one object's message, without what it is called.</summary>
    public void Write(KubeObject item, ProtobufWriter output) =>
        ProtobufEncoder.Write(VersionConversion.Show(Resource, item).Document.Span, Message, output, item.Revision);

    private static ProtobufForm Of(string apiVersion, string kind, ResourceDescriptor resource) => new(
        apiVersion,
        kind,
        ProtobufTable.Find(apiVersion, kind) ?? throw new InvalidOperationException($"The table of protobuf fields has no {apiVersion} {kind}."),
        resource);
}
