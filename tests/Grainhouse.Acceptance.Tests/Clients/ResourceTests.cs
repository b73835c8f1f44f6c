using System.Text.Json.Nodes;
using Grainhouse.Acceptance.Tests.Harness;
using Grainhouse.Client;
using k8s.Models;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>The .NET library: typed and dynamic access to objects of a live cluster.</summary>
[Collection(LibraryCluster.Name)]
public sealed class ResourceTests(ProcessCluster shared)
{
    private const string Namespace = "default";

    private GrainhouseClient Client => shared.Client;

    [RealFact(Needs.Nothing)]
    public async Task Typed_CreateReplacePatchDelete_EachIsSeen()
    {
        var services = Client.Resource<V1Service>();
        var made = await services.CreateAsync(new V1Service
        {
            Metadata = new V1ObjectMeta { Name = "typed", NamespaceProperty = Namespace },
            Spec = new V1ServiceSpec { Selector = new Dictionary<string, string> { ["app"] = "a" }, Ports = [new V1ServicePort { Port = 80 }] },
        });
        Assert.Equal("TCP", made.Spec.Ports[0].Protocol);

        made.Spec.Selector["app"] = "b";
        var replaced = await services.ReplaceAsync(made);
        var stale = await Assert.ThrowsAsync<ApiException>(() => services.ReplaceAsync(made));
        Assert.True(stale.IsConflict, stale.Message);

        var patch = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["on"] = "yes" } } };
        var patched = await services.PatchAsync("typed", Namespace, ObjectPatch.Merge(patch));
        Assert.Equal(("b", "yes"), (patched.Spec.Selector["app"], patched.Metadata.Labels["on"]));

        var other = await Assert.ThrowsAsync<ApiException>(
            () => services.DeleteAsync("typed", Namespace, new DeleteSettings { ResourceVersion = replaced.Metadata.ResourceVersion }));
        Assert.True(other.IsConflict, other.Message);
        Assert.True(await services.DeleteAsync("typed", Namespace));
        Assert.False(await services.DeleteAsync("typed", Namespace));
        Assert.Null(await services.GetAsync("typed", Namespace));
    }

    [RealFact(Needs.Nothing)]
    public async Task Dynamic_ScaleSubresource_IsPatched()
    {
        var deployments = Client.Resource("apps/v1", "Deployment");
        await deployments.CreateAsync(JsonNode.Parse("""
            {"metadata":{"name":"dynamic","namespace":"default"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},
            "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"c:1"}]}}}}
            """)!.AsObject());

        var steps = new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "/spec/paused", ["value"] = true });
        await Assert.ThrowsAsync<ApiException>(() => deployments.PatchAsync("dynamic", Namespace, ObjectPatch.Json(steps)));
        var scale = await deployments.PatchAsync(
            "dynamic", Namespace, ObjectPatch.Merge(new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 1 } }), new WriteSettings { Subresource = "scale" });

        Assert.Equal(("Scale", 1), ((string?)scale["kind"], (int)scale["spec"]!["replicas"]!));
        await deployments.DeleteAsync("dynamic", Namespace, new DeleteSettings { Propagation = Propagation.Foreground });
    }

    [RealFact(Needs.Nothing)]
    public async Task Write_InvalidObject_CausesAreInTheStatus()
    {
        var refused = await Assert.ThrowsAsync<ApiException>(() => Client.Resource<V1ConfigMap>().CreateAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "Not A Name", NamespaceProperty = Namespace } }));

        Assert.Equal((422, "Invalid"), (refused.StatusCode, refused.Reason));
        Assert.Equal("metadata.name", (string?)refused.Status!["details"]!["causes"]![0]!["field"]);
    }

    [RealFact(Needs.Nothing)]
    public async Task Write_UnknownFieldWhereStrict_Refused()
    {
        var map = JsonNode.Parse("""{"metadata":{"name":"strict","namespace":"default"},"nonsense":1}""")!.AsObject();

        var refused = await Assert.ThrowsAsync<ApiException>(() => Client.Resource("v1", "ConfigMap").CreateAsync(
            map, new WriteSettings { DryRun = true, FieldValidation = FieldValidation.Strict }));

        Assert.Equal(400, refused.StatusCode);
    }

    [RealFact(Needs.Nothing)]
    public async Task List_MoreThanAPage_EveryObjectOnce()
    {
        var maps = Client.Resource<V1ConfigMap>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 520), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            await maps.CreateAsync(new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = $"page-{i}", NamespaceProperty = Namespace, Labels = new Dictionary<string, string> { ["paged"] = "yes" } },
            }));

        var list = await maps.ListAsync(new Selection { Namespace = Namespace, Labels = "paged=yes" });

        Assert.Equal(520, list.Items.Select(map => map.Metadata.Name).Distinct().Count());
        Assert.Equal(520, list.Items.Count);
        Assert.All(list.Items, map => Assert.Equal(("v1", "ConfigMap"), (map.ApiVersion, map.Kind)));
    }

    [RealFact(Needs.Nothing)]
    public async Task UnknownKind_NoMatches()
    {
        var refused = await Assert.ThrowsAsync<ApiException>(() => Client.Resource("example.com/v1", "Gadget").ListAsync());

        Assert.True(refused.IsNotFound);
        Assert.Contains("no matches for kind \"Gadget\" in version \"example.com/v1\"", refused.Message, StringComparison.Ordinal);
    }
}
