using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Tests.Documents;
using Grainhouse.Planning.Volumes;

namespace Grainhouse.Planning.Tests.Volumes;

public sealed class DefaultStorageClassTests
{
    [Theory]
    [InlineData("{}", "new")]
    [InlineData("""{"storageClassName":""}""", null)]
    [InlineData("""{"storageClassName":"other"}""", null)]
    public void Claim_ThatNamesNoClass_HasTheNewestDefault(string spec, string? expected)
    {
        KubeObject[] classes = [Class("old", "2026-01-01T00:00:00Z", true), Class("new", "2026-01-02T00:00:00Z", true), Class("plain", "2026-01-03T00:00:00Z", false)];

        Assert.Equal(expected, ClassOf(DefaultStorageClass.Admit(Claim(spec), classes)));
    }

    [Fact]
    public void Claim_WhereNoneIsTheDefault_StaysAsItIs() =>
        Assert.Null(DefaultStorageClass.Admit(Claim("{}"), [Class("plain", "2026-01-03T00:00:00Z", false)]));

    private static string? ClassOf(KubeObject? claim) => (string?)claim?.ToMutable()["spec"]!["storageClassName"];

    private static KubeObject Claim(string spec) => Kube.Object(
        ResourceCatalog.PersistentVolumeClaims.Key("default", "data"),
        Kube.Json($$"""{ "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "name": "data", "namespace": "default" }, "spec": {{spec}} }"""));

    private static KubeObject Class(string name, string made, bool isDefault) => Kube.Object(
        ResourceCatalog.StorageClasses.Key(null, name),
        Kube.Json($$"""
            { "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
              "metadata": { "name": "{{name}}", "creationTimestamp": "{{made}}", "annotations": { "storageclass.kubernetes.io/is-default-class": "{{(isDefault ? "true" : "false")}}" } } }
            """));
}
