using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class DecodingTests
{
    private const string CannotHandle = "Deployment in version \"v1\" cannot be handled as a Deployment: ";

    [Theory]
    [InlineData("{'spec':{'replicas':'x'}}", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("{'spec':{'replicas':1.5}}", "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("{'spec':{'replicas':3000000000}}", "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("{'spec':[]}", "json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec")]
    [InlineData("{'spec':{'paused':'yes'}}", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool")]
    [InlineData(
        "{'spec':{'template':{'spec':{'containers':{}}}}}",
        "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container")]
    [InlineData(
        "{'spec':{'template':{'spec':{'containers':[{'image':7}]}}}}",
        "json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.image of type string")]
    [InlineData("{'metadata':{'labels':{'a':1}}}", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string")]
    [InlineData("{'metadata':{'labels':'a'}}", "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string")]
    [InlineData(
        "{'spec':{'template':{'spec':{'containers':[{'resources':{'limits':{'cpu':'lots'}}}]}}}}",
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    public void Create_WrongType_IsBadRequestInGoWords(string json, string words)
    {
        var error = Rules.Create(ResourceCatalog.Deployments, json).Rejected();

        Assert.Equal((400, "BadRequest", CannotHandle + words), (error.Code, error.Reason, error.Message));
    }

    [Theory]
    [InlineData("{'kind':", "couldn't get version/kind; json parse error: unexpected end of JSON input ({\"kind\":)")]
    [InlineData("kind: Pod", "couldn't get version/kind; json parse error: invalid character 'k' looking for beginning of value (6b696e643a20506f64)")]
    [InlineData("{'a' 1}", "couldn't get version/kind; json parse error: invalid character '1' after object key:value pair ({\"a\" 1})")]
    [InlineData("", "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)")]
    public void Create_MalformedJson_IsBadRequest(string json, string words)
    {
        var error = Rules.Create(ResourceCatalog.Pods, json).Rejected();

        Assert.Equal((400, $"the object provided is unrecognized (must be of type Pod): {words}"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("{'kind':'ConfigMap','apiVersion':'v1'}", "ConfigMap in version \"v1\" cannot be handled as a Pod: converting (v1.ConfigMap) to (core.Pod): unknown conversion")]
    [InlineData(
        "{'kind':'Pod','apiVersion':'v2'}",
        "Pod in version \"v2\" cannot be handled as a Pod: no kind \"Pod\" is registered for version \"v2\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"")]
    public void Create_OtherKind_IsBadRequest(string json, string words) =>
        Assert.Equal(words, Rules.Create(ResourceCatalog.Pods, json).Rejected().Message);

    [Fact]
    public void Create_UnknownAndDuplicateFields_StrictRefuses()
    {
        var json = Documents.Pod.Replace("'image'", "'imag':{'x':1},'name':'main','image'", StringComparison.Ordinal);

        var error = Rules.Create(ResourceCatalog.Pods, json, new WriteOptions { FieldValidation = FieldValidation.Strict }).Rejected();

        Assert.Equal(
            "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: "
            + "unknown field \"spec.containers[0].imag\", duplicate field \"spec.containers[0].name\"",
            error.Message);
    }

    [Fact]
    public void Create_UnknownField_WarnKeepsItAndSaysSo()
    {
        var json = Documents.Pod.Replace("'containers'", "'foo':{'bar':[1,null,{}]},'containers'", StringComparison.Ordinal);

        var decision = Rules.Create(ResourceCatalog.Pods, json);

        Assert.Equal("unknown field \"spec.foo\"", Assert.Single(decision.Warnings));
        Rules.AssertJson("{'bar':[1,null,{}]}", decision.Document()["spec"]!["foo"]);
    }

    [Fact]
    public void Create_ManyUnknownFields_AHundredAreNamedAndEachOnce()
    {
        var unknown = string.Concat(Enumerable.Range(0, 200).Select(number => $"'x{number}':0,"));

        var many = Rules.Create(ResourceCatalog.Pods, Documents.Pod.Replace("'containers'", $"{unknown}'containers'", StringComparison.Ordinal));
        var same = Rules.Create(ResourceCatalog.Pods, Documents.Pod.Replace("'containers'", "'foo':1,'foo':2,'containers'", StringComparison.Ordinal));

        Assert.Equal(100, many.Warnings.Distinct().Count());
        Assert.Equal("unknown field \"spec.foo\"", Assert.Single(same.Warnings));
    }

    [Fact]
    public void Create_UnknownField_IgnoreIsSilent() =>
        Assert.Empty(Rules.Create(
            ResourceCatalog.Pods,
            Documents.Pod.Replace("'containers'", "'foo':1,'containers'", StringComparison.Ordinal),
            new WriteOptions { FieldValidation = FieldValidation.Ignore }).Warnings);

    [Fact]
    public void Patch_UnknownFieldThatIsThereAlready_IsNoNews()
    {
        var current = Rules.Created(ResourceCatalog.ConfigMaps, "{'metadata':{'name':'c'},'foo':1}");
        var strict = new WriteOptions { FieldValidation = FieldValidation.Strict };

        Assert.IsType<WriteDecision.Commit>(Rules.Patch(ResourceCatalog.ConfigMaps, current, PatchType.Merge, "{'data':{'a':'b'}}", strict));
        var refused = Rules.Patch(ResourceCatalog.ConfigMaps, current, PatchType.Merge, "{'bar':2}", strict).Rejected();
        Assert.Equal((422, "patch"), (refused.Code, Assert.Single(refused.Causes).Field));
        Assert.EndsWith(": strict decoding error: unknown field \"bar\"", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PatchType.Merge, "{'data':{'a':'1','a':'2'}}", "duplicate field \"data.a\"")]
    [InlineData(PatchType.StrategicMerge, "{'data':{'a':'1','a':'2'}}", "duplicate field \"data.a\"")]
    [InlineData(PatchType.Json, "[{'op':'test','path':'/kind','path':'/kind','value':'ConfigMap','foo':1}]", "json patch duplicate field \"[0].path\", json patch unknown field \"[0].foo\"")]
    public void Patch_WithFieldsTwice_IsRefusedOrWarnedOf(PatchType type, string patch, string words)
    {
        var current = Rules.Created(ResourceCatalog.ConfigMaps, "{'metadata':{'name':'c'}}");

        var refused = Rules.Patch(ResourceCatalog.ConfigMaps, current, type, patch, new WriteOptions { FieldValidation = FieldValidation.Strict }).Rejected();
        var warned = Rules.Patch(ResourceCatalog.ConfigMaps, current, type, patch);

        Assert.EndsWith($": strict decoding error: {words}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(words, string.Join(", ", warned.Warnings));
        Assert.Empty(Rules.Patch(ResourceCatalog.ConfigMaps, current, type, patch, new WriteOptions { FieldValidation = FieldValidation.Ignore }).Warnings);
    }

    [Fact]
    public void Create_Nulls_CountAsAbsent() =>
        Assert.Null(Rules.Create(ResourceCatalog.Pods, Documents.Pod.Replace("'containers'", "'nodeName':null,'containers'", StringComparison.Ordinal))
            .Document()["spec"]!["nodeName"]);

    [Fact]
    public void Create_Quantities_AreCanonical()
    {
        var json = Documents.Pod.Replace("'image'", "'resources':{'limits':{'cpu':0.5,'memory':'1024Mi'}},'image'", StringComparison.Ordinal);

        var limits = Rules.Create(ResourceCatalog.Pods, json).Document()["spec"]!["containers"]![0]!["resources"]!["limits"];

        Rules.AssertJson("{'cpu':'500m','memory':'1Gi'}", limits);
    }

    [Theory]
    [InlineData("{'metadata':{'name':'a\\ud800'}}")]
    public void Create_TextThatIsNotUnicode_IsBadRequest(string json) =>
        Assert.Equal(400, Rules.Create(ResourceCatalog.ConfigMaps, json, name: "a").Rejected().Code);
}
