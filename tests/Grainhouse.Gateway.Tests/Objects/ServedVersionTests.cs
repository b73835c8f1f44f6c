using System.Text.Json.Nodes;
using Grainhouse.Gateway.Protobuf;

namespace Grainhouse.Gateway.Tests.Objects;

/// <summary>Versions beside the stored one, and kinds that are computed, through the door.</summary>
public sealed class ServedVersionTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static string Event(string space, string message) =>
        $$$"""{"kind":"Event","apiVersion":"v1","metadata":{"name":"e","namespace":"{{{space}}}"},"involvedObject":{"kind":"Pod","name":"p"},"message":"{{{message}}}","count":3}""";

    [Fact]
    public async Task GetAndList_OtherVersion_AreConverted()
    {
        var revision = gateway.Cluster.Put("events/v1/e", Event("v1", "words")).Revision;

        var (_, one, _) = await gateway.GetAsync(Path("v1") + "/e");
        var (_, list, _) = await gateway.GetAsync(Path("v1") + "?fieldSelector=regarding.kind%3DPod");
        var (refused, _, _) = await gateway.GetAsync(Path("v1") + "?fieldSelector=involvedObject.kind%3DPod");

        Assert.Equal(("events.k8s.io/v1", "words", 3, revision.ToString()),
            ((string?)one["apiVersion"], (string?)one["note"], (int)one["deprecatedCount"]!, (string?)one["metadata"]!["resourceVersion"]));
        Assert.Null(one["message"]);
        Assert.Equal(("EventList", "events.k8s.io/v1", "words"), ((string?)list["kind"], (string?)list["apiVersion"], (string?)Assert.Single(list["items"]!.AsArray())!["note"]));
        Assert.Equal(400, refused);
    }

    [Fact]
    public async Task Table_OtherVersion_SameCellsAndItsOwnObject()
    {
        gateway.Cluster.Put("events/v2/e", Event("v2", "words"));

        var (_, table, _) = await gateway.GetAsync(Path("v2") + "?includeObject=Object", "application/json;as=Table;v=v1;g=meta.k8s.io");

        var row = table["rows"]![0]!;
        Assert.Contains("words", row["cells"]!.AsArray().Select(cell => cell!.ToString()));
        Assert.Equal("words", (string?)row["object"]!["note"]);
    }

    [Fact]
    public async Task Watch_OtherVersion_IsConverted()
    {
        var from = gateway.Cluster.Put("events/v3/old", Event("v3", "old")).Revision;
        using var request = new HttpRequestMessage(HttpMethod.Get, Path("v3") + $"?watch=1&resourceVersion={from}");
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        gateway.Cluster.Put("events/v3/e", Event("v3", "new"));
        gateway.Cluster.Remove("events/v3/e");

        foreach (var type in (string[])["ADDED", "DELETED"])
        {
            var change = JsonNode.Parse((await lines.ReadLineAsync())!)!;
            Assert.Equal((type, "events.k8s.io/v1", "new"), ((string?)change["type"], (string?)change["object"]!["apiVersion"], (string?)change["object"]!["note"]));
        }
    }

    [Fact]
    public async Task Protobuf_OtherVersion_IsItsOwnMessage()
    {
        gateway.Cluster.Put("events/v4/e", Event("v4", "words"));
        using var request = new HttpRequestMessage(HttpMethod.Get, Path("v4") + "/e");
        request.Headers.TryAddWithoutValidation("Accept", ProtobufBody.MediaType);

        using var response = await gateway.Client.SendAsync(request);

        var json = JsonNode.Parse(ProtobufBody.ToJson(await response.Content.ReadAsByteArrayAsync()))!;
        Assert.Equal(("events.k8s.io/v1", "words", "p"), ((string?)json["apiVersion"], (string?)json["note"], (string?)json["regarding"]!["name"]));
    }

    [Fact]
    public async Task DeprecatedVersion_Warns()
    {
        var (code, _, response) = await gateway.GetAsync("/apis/batch/v1beta1/cronjobs");

        Assert.Equal(200, code);
        Assert.Contains("batch/v1beta1 CronJob is deprecated in v1.21+", response.Headers.GetValues("Warning").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApiServices_OneForEachVersion_AndNoneCanBeMade()
    {
        const string path = "/apis/apiregistration.k8s.io/v1/apiservices";

        var (_, list, _) = await gateway.GetAsync(path);
        var (_, one, _) = await gateway.GetAsync(path + "/v2.autoscaling");
        var (missing, _, _) = await gateway.GetAsync(path + "/v9.apps");
        var (created, _, _) = await gateway.SendAsync(HttpMethod.Post, path, """{"metadata":{"name":"v1.mine"}}""");

        Assert.Contains("v1.", list["items"]!.AsArray().Select(item => (string?)item!["metadata"]!["name"]));
        Assert.Equal(("autoscaling", "v2"), ((string?)one["spec"]!["group"], (string?)one["spec"]!["version"]));
        Assert.Equal((404, 405), (missing, created));
    }

    [Fact]
    public async Task ComponentStatuses_TellHowTheChecksFare()
    {
        var (_, list, _) = await gateway.GetAsync("/api/v1/componentstatuses");
        var (watch, _, _) = await gateway.GetAsync("/api/v1/componentstatuses?watch=1");

        var store = list["items"]!.AsArray().Single(item => (string?)item!["metadata"]!["name"] == "store")!;
        Assert.Equal("""[{"type":"Healthy","status":"True","message":"ok"}]""", store["conditions"]!.ToJsonString());
        Assert.Equal(405, watch);
    }

    [Fact]
    public async Task SigningRequest_SaysWhoMadeIt()
    {
        var (code, made, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "/apis/certificates.k8s.io/v1/certificatesigningrequests",
            """{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"jane"},"spec":{"username":"somebody","extra":{"a":["b"]},"request":"QQ=="}}""");

        Assert.Equal(201, code);
        Assert.NotEqual("somebody", (string?)made["spec"]!["username"]);
        Assert.NotEmpty(made["spec"]!["groups"]!.AsArray());
        Assert.Null(made["spec"]!["extra"]);
    }

    private static string Path(string space) => $"/apis/events.k8s.io/v1/namespaces/{space}/events";
}
