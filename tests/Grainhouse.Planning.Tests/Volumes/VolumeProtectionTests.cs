using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Tests.Documents;
using Grainhouse.Planning.Volumes;
using Grainhouse.Planning.Wakes;

namespace Grainhouse.Planning.Tests.Volumes;

public sealed class VolumeProtectionTests
{
    private static readonly ObjectKey Claim = ResourceCatalog.PersistentVolumeClaims.Key("default", "data");
    private static readonly ObjectKey Volume = ResourceCatalog.PersistentVolumes.Key(null, "disk");

    private readonly Cluster cluster = new();
    private readonly WakeIndex index = new();
    private readonly List<Wake> wakes = [];

    public VolumeProtectionTests() => cluster.Changed = change => index.Apply(change, cluster, wakes);

    [Theory]
    [InlineData("n1", "data", false)]
    [InlineData("", "data", true)]
    [InlineData("n1", "other", true)]
    public void Claim_BeingDeleted_HeldByPodsOnNodesThatHaveIt(string node, string claim, bool goes)
    {
        cluster.Seed(MakeClaim().Deleting());
        cluster.Create(PodWith(claim, node));

        Assert.Equal(goes, Decide(Claim).Actions.Length == 1);
    }

    [Fact]
    public void Claim_NotBeingDeleted_KeepsItsFinalizer()
    {
        cluster.Seed(MakeClaim());

        Assert.Empty(Decide(Claim).Actions);
    }

    [Fact]
    public void Claim_LastPodGoes_LosesThisFinalizerOnly()
    {
        cluster.Seed(MakeClaim().Deleting());
        cluster.Create(PodWith("data", "n1"));
        wakes.Clear();

        cluster.Remove(Kube.PodKey("user"));

        Assert.Contains(new Wake(ReconcilerKind.Volume, Claim), wakes);
        var replace = Assert.IsType<ReconcileAction.Replace>(Assert.Single(Decide(Claim).Actions));
        Assert.Equal("""["example.com/mine"]""", replace.Document["metadata"]!["finalizers"]!.ToJsonString());
    }

    [Theory]
    [InlineData("Bound", false)]
    [InlineData("Released", true)]
    [InlineData("Available", true)]
    public void Volume_BeingDeleted_HeldWhileItIsBound(string phase, bool goes)
    {
        cluster.Seed(Kube.Json($$"""
            { "apiVersion": "v1", "kind": "PersistentVolume", "metadata": { "name": "disk", "finalizers": [ "kubernetes.io/pv-protection" ] },
              "status": { "phase": "{{phase}}" } }
            """).Deleting());

        Assert.Equal(goes, Decide(Volume).Actions.Length == 1);
    }

    private ReconcilePlan Decide(ObjectKey key) => VolumeProtection.Decide(VolumeInput.Gather(cluster, key)!);

    private static JsonObject MakeClaim() => Kube.Json("""
        { "apiVersion": "v1", "kind": "PersistentVolumeClaim",
          "metadata": { "name": "data", "namespace": "default", "finalizers": [ "example.com/mine", "kubernetes.io/pvc-protection" ] } }
        """);

    private static JsonObject PodWith(string claim, string node)
    {
        var pod = Kube.Pod("user", owner: null, node: node);
        pod["spec"]!["volumes"] = Kube.Json($$"""{ "v": [ { "name": "v", "persistentVolumeClaim": { "claimName": "{{claim}}" } } ] }""")["v"]!.DeepClone();
        return pod;
    }
}
