using Grainhouse.Gateway.Requests;

namespace Grainhouse.Gateway.Tests.Requests;

public sealed class RepresentationTests
{
    [Theory]
    [InlineData("", RepresentationKind.Object, false, "")]
    [InlineData("*/*", RepresentationKind.Object, false, "")]
    [InlineData("application/json", RepresentationKind.Object, false, "")]
    [InlineData("application/json;q=0.9, */*", RepresentationKind.Object, false, "")]
    [InlineData("application/vnd.kubernetes.protobuf,application/json", RepresentationKind.Object, false, "")]
    [InlineData("application/yaml", RepresentationKind.Object, true, "")]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", RepresentationKind.Table, false, "v1")]
    [InlineData("application/json;as=Table;v=v1beta1;g=meta.k8s.io", RepresentationKind.Table, false, "v1beta1")]
    [InlineData("application/json;as=Table;v=v9;g=meta.k8s.io, application/json", RepresentationKind.Object, false, "")]
    [InlineData("application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json", RepresentationKind.Metadata, false, "v1")]
    internal void Negotiate_Accept_FirstThatCanBeServed(string accept, RepresentationKind kind, bool yaml, string version)
    {
        Assert.Equal(new Representation(kind, yaml, version), Representation.Negotiate(accept));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/vnd.kubernetes.protobuf")]
    [InlineData("application/json;as=Table;v=v1;g=example.com")]
    public void Negotiate_NothingServed_Null(string accept)
    {
        Assert.Null(Representation.Negotiate(accept));
    }
}
