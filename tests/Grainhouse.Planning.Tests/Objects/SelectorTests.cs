using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class SelectorTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "web", ["tier"] = "front", ["n"] = "5" };

    [Theory]
    [InlineData("", true)]
    [InlineData("app=web", true)]
    [InlineData("app==web", true)]
    [InlineData(" app = web , tier != back ", true)]
    [InlineData("app!=web", false)]
    [InlineData("none!=web", true)]
    [InlineData("app in (a,web)", true)]
    [InlineData("app in (a, b)", false)]
    [InlineData("app notin (a,b)", true)]
    [InlineData("none notin (a)", true)]
    [InlineData("app", true)]
    [InlineData("!app", false)]
    [InlineData("!none,app", true)]
    [InlineData("n>4", true)]
    [InlineData("n<5", false)]
    [InlineData("app=", false)]
    [InlineData("app in ()", false)]
    public void Label_Query_Matches(string query, bool matches)
    {
        Assert.True(LabelSelector.TryParse(query, out var selector, out var error), error);
        Assert.Equal(matches, selector.Matches(Labels));
    }

    [Theory]
    [InlineData("app=web,tier notin (a,b),!x,y", "app=web,tier notin (a,b),!x,y")]
    [InlineData("b==c,a", "a,b=c")]
    public void Label_Text_IsCanonical(string query, string text)
    {
        Assert.True(LabelSelector.TryParse(query, out var selector, out _));

        Assert.Equal(text, selector.ToString());
    }

    [Theory]
    [InlineData("a=b=c", "unable to parse requirement: found '=', expected: ',' or 'end of string'")]
    [InlineData("a in", "unable to parse requirement: found '' expected: '('")]
    [InlineData("=a", "unable to parse requirement: found '=', expected: !, identifier, or 'end of string'")]
    [InlineData("a,", "unable to parse requirement: found '', expected: identifier after ','")]
    [InlineData("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData("a>x", "unable to parse requirement: values[0][a]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer")]
    public void Label_Malformed_HasUpstreamsWords(string query, string words)
    {
        Assert.False(LabelSelector.TryParse(query, out _, out var error));
        Assert.Equal(words, error);
    }

    [Fact]
    public void Label_FromJson_MatchesLikeTheQuery()
    {
        var selector = LabelSelector.FromJson((JsonObject)JsonNode.Parse(
            "{\"matchLabels\":{\"app\":\"web\"},\"matchExpressions\":[{\"key\":\"tier\",\"operator\":\"NotIn\",\"values\":[\"back\"]},{\"key\":\"x\",\"operator\":\"DoesNotExist\"}]}")!);

        Assert.True(selector.Matches(Labels));
        Assert.Equal("app=web,tier!=back,!x", selector.ToString());
        Assert.False(LabelSelector.FromJson(null).Matches(Labels));
        Assert.True(LabelSelector.FromJson([]).Matches(Labels));
    }

    [Theory]
    [InlineData("metadata.name=web", true)]
    [InlineData("metadata.name!=web", false)]
    [InlineData("metadata.namespace=default,status.phase=Pending", true)]
    [InlineData("spec.nodeName=", true)]
    [InlineData("spec.nodeName!=", false)]
    [InlineData("spec.nodeName=n1", false)]
    [InlineData("spec.schedulerName==default-scheduler", true)]
    [InlineData("spec.hostNetwork=false", true)]
    [InlineData("", true)]
    public void Field_Query_Matches(string query, bool matches)
    {
        var pod = Rules.Created(ResourceCatalog.Pods, Documents.Pod);

        Assert.True(FieldSelector.TryParse(ResourceCatalog.Pods, query, out var selector, out var error), error);
        Assert.Equal(matches, selector.Matches(pod));
    }

    [Fact]
    public void Field_Event_IsFoundByItsObject()
    {
        var value = Rules.Created(
            ResourceCatalog.Events,
            "{'metadata':{'name':'e'},'involvedObject':{'kind':'Pod','namespace':'default','name':'web','uid':'u'},'reason':'Pulled','source':{'component':'kubelet'}}");

        Assert.True(FieldSelector.TryParse(
            ResourceCatalog.Events, "involvedObject.name=web,involvedObject.uid=u,reason=Pulled,source=kubelet", out var selector, out _));
        Assert.True(selector.Matches(value));
    }

    [Theory]
    [InlineData("spec.foo=x", "field label not supported: spec.foo")]
    [InlineData("spec", "invalid selector: 'spec'; can't understand 'spec'")]
    public void Field_Unknown_HasUpstreamsWords(string query, string words)
    {
        Assert.False(FieldSelector.TryParse(ResourceCatalog.Pods, query, out _, out var error));
        Assert.Equal(words, error);
    }

    [Fact]
    public void Field_Escapes_AreTakenOut()
    {
        Assert.True(FieldSelector.TryParse(ResourceCatalog.Pods, "metadata.name=a\\,b\\=c", out var selector, out _));
        Assert.Equal("a,b=c", selector.Name);
    }
}
