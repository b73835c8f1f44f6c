using Grainhouse.Gateway.Requests;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Tests.Requests;

public sealed class RepresentationTests
{
    [Theory]
    [InlineData("", RepresentationKind.Object, BodyEncoding.Json, "")]
    [InlineData("*/*", RepresentationKind.Object, BodyEncoding.Json, "")]
    [InlineData("application/json", RepresentationKind.Object, BodyEncoding.Json, "")]
    [InlineData("application/json;q=0.9, */*", RepresentationKind.Object, BodyEncoding.Json, "")]
    [InlineData("application/vnd.kubernetes.protobuf,application/json", RepresentationKind.Object, BodyEncoding.Protobuf, "")]
    [InlineData("application/vnd.kubernetes.protobuf;stream=watch", RepresentationKind.Object, BodyEncoding.Protobuf, "")]
    [InlineData("application/vnd.kubernetes.protobuf;q=0.5,application/json", RepresentationKind.Object, BodyEncoding.Json, "")]
    [InlineData("*/*, application/yaml", RepresentationKind.Object, BodyEncoding.Yaml, "")]
    [InlineData("application/yaml", RepresentationKind.Object, BodyEncoding.Yaml, "")]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", RepresentationKind.Table, BodyEncoding.Json, "v1")]
    [InlineData("application/json;as=Table;v=v1beta1;g=meta.k8s.io", RepresentationKind.Table, BodyEncoding.Json, "v1beta1")]
    [InlineData("application/json;as=Table;v=v9;g=meta.k8s.io, application/json", RepresentationKind.Object, BodyEncoding.Json, "")]
    [InlineData("application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json", RepresentationKind.Metadata, BodyEncoding.Protobuf, "v1")]
    internal void Negotiate_Accept_BestThatCanBeServed(string accept, RepresentationKind kind, BodyEncoding encoding, string version)
    {
        Assert.Equal(new Representation(kind, encoding, version), Representation.Negotiate(accept));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json;q=0")]
    [InlineData("application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io")]
    [InlineData("application/json;as=Table;v=v1;g=example.com")]
    public void Negotiate_NothingServed_Null(string accept)
    {
        Assert.Null(Representation.Negotiate(accept));
    }

    [Fact]
    public void Negotiate_KindWithoutMessage_TheNextClause()
    {
        var custom = new ResourceDescriptor("example.com", "v1", "Gizmo", "gizmos", true);

        Assert.Equal(Representation.Json, Representation.Negotiate("application/vnd.kubernetes.protobuf,application/json", custom));
        Assert.Null(Representation.Negotiate("application/vnd.kubernetes.protobuf", custom));
    }
}
