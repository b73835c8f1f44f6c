using System.Text;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Tests.Pods;

public sealed class OrderFingerprintTests
{
    private const string Gates = "\"readinessGates\":[{\"conditionType\":\"lb\"}]";

    [Fact]
    public void Of_AgentsOwnReport_IsTheSame() =>
        Assert.Equal(Of("", Condition("Ready", "False")), Of("", Condition("Ready", "True")));

    [Fact]
    public void Of_GateOfThePod_Differs()
    {
        Assert.NotEqual(Of(Gates, ""), Of(Gates, Condition("lb", "False")));
        Assert.NotEqual(Of(Gates, Condition("lb", "False")), Of(Gates, Condition("lb", "True")));
        Assert.Equal(Of(Gates, Condition("lb", "True")), Of(Gates, Condition("lb", "True") + "," + Condition("Ready", "True")));
    }

    [Fact]
    public void Of_ConditionThatIsNoGate_IsTheSame() =>
        Assert.Equal(Of(Gates, ""), Of(Gates, Condition("other", "True")));

    [Fact]
    public void Of_AnotherSpec_Differs() => Assert.NotEqual(Of("\"a\":1", ""), Of("\"a\":2", ""));

    private static string Condition(string type, string status) => $$"""{"type":"{{type}}","status":"{{status}}"}""";

    private static ulong Of(string spec, string conditions) => OrderFingerprint.Of(new KubeObject(ResourceCatalog.Pods.Key("default", "p"), 1, Encoding.UTF8.GetBytes(
        $$$"""{"metadata":{"name":"p"},"spec":{{{{spec}}}},"status":{"conditions":[{{{conditions}}}]}}""")));
}
