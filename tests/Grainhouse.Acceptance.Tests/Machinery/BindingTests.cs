using Grainhouse.Acceptance.Tests.Clients;
using Grainhouse.Acceptance.Tests.Kinds;

namespace Grainhouse.Acceptance.Tests.Machinery;

/// <summary>Schedulers of one's own give pods their nodes, by either of two paths.</summary>
[Collection(SharedProcessCluster.Name)]
public sealed class BindingTests(ProcessCluster shared) : IAsyncLifetime
{
    private const string Root = $"/api/v1/namespaces/{VariedManifests.Space}";

    private ApiClient Api => shared.Cluster.Api;

    public Task InitializeAsync() => VariedManifests.EnsureSpaceAsync(shared.Cluster);

    public Task DisposeAsync() => Task.CompletedTask;

    [RealTheory(Needs.Nothing)]
    [InlineData("bindings")]
    [InlineData("pods/bound/binding")]
    public async Task Binding_OfAPendingPod_NamesItsNode(string path)
    {
        var node = (await Api.GetAsync("/api/v1/nodes")).Json.GetProperty("items")[0].GetProperty("metadata").GetProperty("name").GetString()!;
        (await Api.PostAsync($"{Root}/pods", """{"metadata":{"name":"bound"},"spec":{"schedulerName":"mine","containers":[{"name":"c","image":"none","command":["sleep","1000"]}]}}""")).Ok();

        var answer = await Api.PostAsync($"{Root}/{path}", $$$"""{"apiVersion":"v1","kind":"Binding","metadata":{"name":"bound"},"target":{"kind":"Node","name":"{{{node}}}"}}""");

        Assert.Equal((201, "Success"), (answer.StatusCode, answer.Json.GetProperty("status").GetString()));
        Assert.Equal(node, (await Api.GetAsync($"{Root}/pods/bound")).Json.GetProperty("spec").GetProperty("nodeName").GetString());
        (await Api.SendAsync(HttpMethod.Delete, $"{Root}/pods/bound", """{"gracePeriodSeconds":0}""")).Ok();
        await Eventually.TrueAsync("the pod gone", async () => (await Api.GetAsync($"{Root}/pods/bound")).StatusCode == 404, TimeSpan.FromSeconds(60));
    }

    [RealFact(Needs.Nothing)]
    public async Task Binding_OfNoPod_IsRefused()
    {
        Assert.Equal(400, (await Api.PostAsync($"{Root}/bindings", """{"target":{"kind":"Node","name":"n"}}""")).StatusCode);
        Assert.Equal(404, (await Api.PostAsync($"{Root}/bindings", """{"metadata":{"name":"nobody"},"target":{"kind":"Node","name":"n"}}""")).StatusCode);
    }
}
