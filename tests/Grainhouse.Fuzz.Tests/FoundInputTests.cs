using System.Text;
using Grainhouse.Fuzz.Tests.Targets;
using Grainhouse.Testing.Fuzzing;

namespace Grainhouse.Fuzz.Tests;

/// <summary>Inputs that something could not take once.</summary>
public sealed class FoundInputTests
{
    [Fact]
    public Task TerminalSize_NameThatIsNotUnicode_IsNoSize() =>
        FuzzRun.TakeAsync(ChannelTraffic.Target, Convert.FromBase64String("BYKGAAAAAABpbnB1dIKZAAAAAAR7ImR0aCI6ODAsIkhlgGdodCI6MjR9fX0="));

    [Fact]
    public Task Spdy_DataBehindAStreamsEnd_IsDropped() => FuzzRun.TakeAsync(
        SpdyTraffic.Target,
        Convert.FromBase64String("gAMAAQAAAD0AAAABAAAAAAAAePnjxqfCAiU6cDorKUpNzIUWJaypoICGFMtF4BxgYWBhAKQ5iyDRmAlK3owGAAAAAP//gAMAAQEAABgAAAADAAAAAAAAwqoZVA4lEtYLAAAA//8AAAADYmMAAAA="));

    [Theory]
    [InlineData(": \n : {\ne")]
    [InlineData(": \n : t")]
    [InlineData("!![")]
    public Task Yaml_ThatLeadsTheParserAstray_IsRefused(string yaml) => FuzzRun.TakeAsync(Yaml.Target, Encoding.UTF8.GetBytes(yaml));

    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"\ud800"}""")]
    [InlineData("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\udfff"}}""")]
    [InlineData("""{"a":"","\ud800":""")]
    [InlineData("""{"\ud800":1}""")]
    public Task Document_HeaderWithHalfASurrogatePair_IsRefused(string json) => FuzzRun.TakeAsync(Documents.Target, Encoding.UTF8.GetBytes(json));

    [Fact]
    public Task Job_WithoutLabels_IsUnchangedWhenSentOnceMore() => FuzzRun.TakeAsync(
        Documents.Target,
        """{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"n","image":"x"}]}}}}"""u8.ToArray());

    // Each of the duplicates was named with its whole path.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task Patch_ManyDuplicatesUnderALongName_IsTakenInItsBounds(byte type)
    {
        var duplicates = string.Join(',', Enumerable.Repeat("\"b\":{}", 4_000));
        return FuzzRun.TakeAsync(Patches.Target, [type, 91, .. Encoding.UTF8.GetBytes($"{{\"{new string('a', 40_000)}\":{{{duplicates}}}}}")]);
    }

    // Items that share a key were copied all together for each that came on top.
    [Fact]
    public Task Document_ThousandsOfItemsWithTheSameKey_IsRefusedInItsBounds() => FuzzRun.TakeAsync(
        Documents.Target,
        Encoding.UTF8.GetBytes(
            $$"""{"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration","webhooks":[{{string.Join(',', Enumerable.Repeat("{}", 2_000))}}]}"""));
}
