namespace Grainhouse.Acceptance.Tests.BadInput;

/// <summary>A misspelt kind: kubectl asks the server about custom kinds before it says that it knows none of the name.</summary>
public sealed class UnknownKindTests(SharedCluster shared) : NamespacedTests(shared)
{
    [RealTheory(Needs.Docker | Needs.Kubectl)]
    [InlineData("v1")]
    [InlineData("apps/v1")]
    [InlineData("nowhere.example.com/v1")]
    public async Task Apply_KindThatDoesNotExist_SaysSoInKubectlsWords(string version)
    {
        var said = (await Kubectl.RunAsync(["apply", "-f", "-"], $"apiVersion: {version}\nkind: Typo\nmetadata:\n  name: x\n")).Failed();

        Assert.Equal(
            $"error: resource mapping not found for name: \"x\" namespace: \"\" from \"STDIN\": no matches for kind \"Typo\" in version \"{version}\"\nensure CRDs are installed first",
            said.Trim());
    }
}
