using Grainhouse.Gateway.Proxy;
using Grainhouse.Gateway.Requests;

namespace Grainhouse.Gateway.Tests.Proxy;

public sealed class ProxyNameTests
{
    [Theory]
    [InlineData("web", false, "web", "")]
    [InlineData("web:80", false, "web", "80")]
    [InlineData("web:http", false, "web", "http")]
    [InlineData("http:web:80", false, "web", "80")]
    [InlineData("https:web:443", true, "web", "443")]
    [InlineData("https:web:", true, "web", "")]
    [InlineData(":web:80", false, "web", "80")]
    public void Parse_Name_AllParts(string text, bool isSecure, string name, string port) =>
        Assert.Equal(new ProxyName(isSecure, name, port), ProxyName.Parse(text, "service"));

    [Theory]
    [InlineData("")]
    [InlineData("web:")]
    [InlineData(":80")]
    [InlineData("ftp:web:21")]
    [InlineData("a:b:c:d")]
    public void Parse_Other_IsRefused(string text) => Assert.Equal(400, Assert.Throws<RequestRefusedException>(() => ProxyName.Parse(text, "pod")).Status.Code);
}
