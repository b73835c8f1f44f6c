using System.Text.Json;
using Grainhouse.Acceptance.Tests.Clients;
using Grainhouse.Acceptance.Tests.Kinds;

namespace Grainhouse.Acceptance.Tests.Machinery;

/// <summary>What is done to volumes and claims when they are made and when they go.</summary>
[Collection(SharedProcessCluster.Name)]
public sealed class VolumeTests(ProcessCluster shared) : IAsyncLifetime
{
    private const string Claims = $"/api/v1/namespaces/{VariedManifests.Space}/persistentvolumeclaims";
    private const string Pods = $"/api/v1/namespaces/{VariedManifests.Space}/pods";
    private const string Classes = "/apis/storage.k8s.io/v1/storageclasses";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private ApiClient Api => shared.Cluster.Api;

    public Task InitializeAsync() => VariedManifests.EnsureSpaceAsync(shared.Cluster);

    public Task DisposeAsync() => Task.CompletedTask;

    [RealFact(Needs.Nothing)]
    public async Task Claim_WithoutAClass_HasTheDefault()
    {
        (await Api.PostAsync(Classes, """{"metadata":{"name":"usual","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"example.com/disks"}""")).Ok();

        var (plain, none) = (await MakeClaimAsync("plain"), await MakeClaimAsync("none", "\"storageClassName\":\"\","));

        Assert.Equal("usual", plain.GetProperty("spec").GetProperty("storageClassName").GetString());
        Assert.Equal("", none.GetProperty("spec").GetProperty("storageClassName").GetString());
        await DeleteAsync($"{Claims}/plain");
        await DeleteAsync($"{Claims}/none");
        await DeleteAsync($"{Classes}/usual");
    }

    [RealFact(Needs.Nothing)]
    public async Task Claim_ThatAPodHas_GoesWithThePod()
    {
        var node = (await Api.GetAsync("/api/v1/nodes")).Json.GetProperty("items")[0].GetProperty("metadata").GetProperty("name").GetString();
        var made = await MakeClaimAsync("used");
        (await Api.PostAsync(Pods, $$$"""
            {"metadata":{"name":"user"},"spec":{"nodeName":"{{{node}}}","containers":[{"name":"c","image":"none","command":["sleep","1000"]}],
             "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"used"}}]}}
            """)).Ok();

        Assert.Equal("kubernetes.io/pvc-protection", Assert.Single(made.GetProperty("metadata").GetProperty("finalizers").EnumerateArray()).GetString());
        (await Api.SendAsync(HttpMethod.Delete, $"{Claims}/used")).Ok();
        var held = (await Api.GetAsync($"{Claims}/used")).Ok().Json.GetProperty("metadata");
        Assert.True(held.TryGetProperty("deletionTimestamp", out _), "the claim is being deleted");
        await DeleteAsync($"{Pods}/user");
        await UntilGoneAsync($"{Claims}/used");
    }

    private async Task<JsonElement> MakeClaimAsync(string name, string spec = "") => (await Api.PostAsync(
        Claims, $$"""
        { "metadata": { "name": "{{name}}" }, "spec": { {{spec}} "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } } }
        """)).Ok().Json;

    private async Task DeleteAsync(string path)
    {
        (await Api.SendAsync(HttpMethod.Delete, path, """{"gracePeriodSeconds":0}""")).Ok();
        await UntilGoneAsync(path);
    }

    private Task<TimeSpan> UntilGoneAsync(string path) => Eventually.TrueAsync($"{path} gone", async () => (await Api.GetAsync(path)).StatusCode == 404, Bound);
}
