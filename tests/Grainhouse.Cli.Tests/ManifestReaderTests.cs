using Grainhouse.Client;

namespace Grainhouse.Cli.Tests;

public sealed class ManifestReaderTests
{
    [Fact]
    public void Read_SeveralDocuments_GivesEachOnce()
    {
        var manifests = ManifestReader.Read("---\nkind: A\napiVersion: v1\nmetadata: {name: a}\n---\n---\nkind: B\napiVersion: v1\nmetadata: {name: b}\n", "x.yaml");

        Assert.Equal(["A", "B"], manifests.Select(manifest => (string)manifest["kind"]!));
    }

    [Fact]
    public void Read_List_GivesItsItems()
    {
        var manifests = ManifestReader.Read("""{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}]}""", "x.json");

        Assert.Equal("p", (string)Assert.Single(manifests)["metadata"]!["name"]!);
    }

    [Theory]
    [InlineData("3", "3")]
    [InlineData("-7", "-7")]
    [InlineData("0.5", "0.5")]
    [InlineData("'3'", "\"3\"")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("true", "true")]
    [InlineData("no", "false")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("10m", "\"10m\"")]
    [InlineData("Infinity", "\"Infinity\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    public void Read_Scalar_HasTheTypeThatKubectlGivesIt(string yaml, string json)
    {
        var manifest = Assert.Single(ManifestReader.Read($"apiVersion: v1\nkind: A\nmetadata: {{name: a}}\nvalue: {yaml}\n", "x.yaml"));

        Assert.Equal(json, manifest["value"]?.ToJsonString() ?? "null");
    }

    [Fact]
    public void Read_BrokenYaml_NamesFileAndLine()
    {
        var error = Assert.Throws<ManifestException>(() => ManifestReader.Read("a: 1\nb: [1\n", "broken.yaml"));

        Assert.Matches("^broken.yaml, line [23]: not valid YAML", error.Message);
    }

    [Theory]
    [InlineData("kind: Pod\nmetadata: {name: a}", "has no apiVersion")]
    [InlineData("apiVersion: v1\nmetadata: {name: a}", "has no kind")]
    [InlineData("apiVersion: v1\nkind: Pod", "a Pod has no metadata.name")]
    [InlineData("just words", "must be a mapping")]
    public void Read_DocumentThatIsNoManifest_SaysWhatIsMissing(string yaml, string says)
    {
        var error = Assert.Throws<ManifestException>(() => ManifestReader.Read(yaml, "x.yaml"));

        Assert.Contains("x.yaml, line 1", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFile_ThatDoesNotExist_SaysSo()
    {
        Assert.Contains("/no/such/file.yaml", Assert.Throws<ManifestException>(() => ManifestReader.ReadFile("/no/such/file.yaml")).Message, StringComparison.Ordinal);
    }
}
