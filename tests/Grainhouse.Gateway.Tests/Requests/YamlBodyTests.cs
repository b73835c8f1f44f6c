using System.Text;
using Grainhouse.Gateway.Requests;

namespace Grainhouse.Gateway.Tests.Requests;

public sealed class YamlBodyTests
{
    [Theory]
    [InlineData("a: 1\nb: -2\nc: 0x1F\nd: 010\ne: 1.5\nf: 1e3", """{"a":1,"b":-2,"c":31,"d":8,"e":1.5,"f":1000}""")]
    [InlineData("a: true\nb: no\nc: ~\nd:\ne: null\nf: y", """{"a":true,"b":false,"c":null,"d":null,"e":null,"f":"y"}""")]
    [InlineData("a: 'true'\nb: \"1\"\nc: 1.2.3\nd: 12:30\ne: 2020-01-01\nf: 1Gi", """{"a":"true","b":"1","c":"1.2.3","d":"12:30","e":"2020-01-01","f":"1Gi"}""")]
    [InlineData("a: |\n  x\n  y\nb: >-\n  x\n  y", """{"a":"x\ny\n","b":"x y"}""")]
    [InlineData("a: [1, {b: c}]\nd: {}\ne: []", """{"a":[1,{"b":"c"}],"d":{},"e":[]}""")]
    [InlineData("a: &x {b: 1}\nc: *x\nd: [*x, *x]", """{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}""")]
    [InlineData("a: 18446744073709551616", """{"a":18446744073709552000}""")]
    [InlineData("8080: x\ntrue: y", """{"8080":"x","true":"y"}""")]
    [InlineData("a: 1\na: 2", """{"a":1,"a":2}""")]
    [InlineData("{\"a\": [1, \"b\"]}", """{"a":[1,"b"]}""")]
    [InlineData("---\na: +5\nb: +\nd: .\ne: _", """{"a":5,"b":"+","d":".","e":"_"}""")]
    public void ToJson_Document_WhatKubernetesReads(string yaml, string json)
    {
        Assert.Equal(json, Encoding.UTF8.GetString(YamlBody.ToJson(Encoding.UTF8.GetBytes(yaml), 10_000)).Replace("1.8446744073709552E+19", "18446744073709552000", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a: [1")]
    [InlineData("a: b: c")]
    [InlineData("a: *nobody")]
    [InlineData("a: &x [*x]")]
    [InlineData("a: 1\n---\nb: 2")]
    [InlineData("")]
    [InlineData("? [a, b]\n: c")]
    [InlineData("<<: {a: b}")]
    [InlineData("a: \"\\xZZ\"")]
    public void ToJson_Malformed_400(string yaml)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => YamlBody.ToJson(Encoding.UTF8.GetBytes(yaml), 10_000));

        Assert.Equal(400, refused.Status.Code);
    }

    [Fact]
    public void ToJson_AliasesThatUnfoldToBillions_413()
    {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 12; i++)
        {
            bomb.AppendLine($"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]");
        }

        var refused = Assert.Throws<RequestRefusedException>(() => YamlBody.ToJson(Encoding.UTF8.GetBytes(bomb.ToString()), 100_000));

        Assert.Equal(413, refused.Status.Code);
    }

    [Fact]
    public void ToJson_DeepNesting_400()
    {
        var refused = Assert.Throws<RequestRefusedException>(() => YamlBody.ToJson(Encoding.UTF8.GetBytes(new string('[', 100_000)), 1_000_000));

        Assert.Equal(400, refused.Status.Code);
    }
}
