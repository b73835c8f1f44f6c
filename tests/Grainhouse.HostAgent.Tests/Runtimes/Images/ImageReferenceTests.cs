using Grainhouse.HostAgent.Runtimes.Images;

namespace Grainhouse.HostAgent.Tests.Runtimes.Images;

public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("busybox", "busybox", "latest", "")]
    [InlineData("busybox:1.36", "busybox", "1.36", "")]
    [InlineData("library/node:18-alpine", "library/node", "18-alpine", "")]
    [InlineData("localhost:5000/a/b", "localhost:5000/a/b", "latest", "")]
    [InlineData("registry.example.com:443/team/app:v1", "registry.example.com:443/team/app", "v1", "")]
    [InlineData("app@" + Digest, "app", "", Digest)]
    [InlineData("app:v1@" + Digest, "app", "", Digest)]
    [InlineData("a__b/c-d.e", "a__b/c-d.e", "latest", "")]
    public void Parse_Name_GivesItsParts(string name, string repository, string tag, string digest) =>
        Assert.Equal(new ImageReference(repository, tag, digest), ImageReference.Parse(name));

    [Theory]
    [InlineData("")]
    [InlineData("UPPER")]
    [InlineData("a b")]
    [InlineData("a:")]
    [InlineData("a:b c")]
    [InlineData("-a")]
    [InlineData("a/")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("a@sha256:12")]
    [InlineData("a:.tag")]
    public void Parse_BadName_IsNull(string name) => Assert.Null(ImageReference.Parse(name));
}
