using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Tests.Objects;

public sealed class RestTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string TableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

    private static string Pod(string name, string labels = "{}") =>
        $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}","labels":{{{labels}}}},"spec":{"containers":[{"name":"a"}]}}""";

    [Fact]
    public async Task Create_NewObject_201WithResourceVersion()
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/create/pods", Pod("a"));

        Assert.Equal(201, code);
        Assert.True(long.Parse(body["metadata"]!["resourceVersion"]!.GetValue<string>()) > 0);
    }

    [Fact]
    public async Task Create_SameName_409AlreadyExists()
    {
        await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/twice/pods", Pod("a"));

        var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/twice/pods", Pod("a"));

        Assert.Equal(409, code);
        Assert.Equal("AlreadyExists", (string?)body["reason"]);
        Assert.Equal("pods \"a\" already exists", (string?)body["message"]);
    }

    [Fact]
    public async Task Create_GenerateName_NameOfFiveLettersMore()
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/generated/pods", """{"metadata":{"generateName":"web-"}}""");

        Assert.Equal(201, code);
        Assert.Matches("^web-[bcdfghjklmnpqrstvwxz2456789]{5}$", (string?)body["metadata"]!["name"]);
    }

    [Fact]
    public async Task Create_GeneratedNameAlwaysTaken_TriesEightTimesThen409()
    {
        var tries = 0;
        gateway.Cluster.Intercept = key =>
        {
            if (!key.StartsWith("pods/unlucky/", StringComparison.Ordinal))
            {
                return null;
            }

            tries++;
            return new() { Error = ApiStatus.AlreadyExists(ResourceCatalog.Pods, ObjectKey.Parse(key).Name) };
        };

        var (code, _, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/unlucky/pods", """{"metadata":{"generateName":"web-"}}""");

        Assert.Equal((409, 8), (code, tries));
    }

    [Fact]
    public async Task Create_WithoutName_422()
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", """{"metadata":{}}""");

        Assert.Equal(422, code);
        Assert.Equal("Pod \"\" is invalid: metadata.name: Required value: name or generateName is required", (string?)body["message"]);
    }

    [Theory]
    [InlineData("{\"metadata\":", "BadRequest")]
    [InlineData("[]", "BadRequest")]
    [InlineData("", "BadRequest")]
    [InlineData("{\"kind\":\"Service\",\"metadata\":{\"name\":\"a\"}}", "BadRequest")]
    [InlineData("{\"apiVersion\":\"apps/v1\",\"metadata\":{\"name\":\"a\"}}", "BadRequest")]
    [InlineData("{\"metadata\":{\"name\":\"a\",\"namespace\":\"other\"}}", "BadRequest")]
    public async Task Create_BadBody_400(string body, string reason)
    {
        var (code, status, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", body);

        Assert.Equal(400, code);
        Assert.Equal(("Status", reason), ((string?)status["kind"], (string?)status["reason"]));
    }

    [Fact]
    public async Task Create_BodyOverThreeMebibytes_413()
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", new string(' ', 3 * 1024 * 1024 + 1));

        Assert.Equal((413, "RequestEntityTooLarge"), (code, (string?)body["reason"]));
    }

    [Fact]
    public async Task Create_MalformedProtobuf_400()
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", "k8s", "application/vnd.kubernetes.protobuf");

        Assert.Equal((400, "BadRequest"), (code, (string?)body["reason"]));
    }

    [Fact]
    public async Task Create_Cbor_415()
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", "k8s", "application/cbor");

        Assert.Equal((415, "UnsupportedMediaType"), (code, (string?)body["reason"]));
    }

    [Fact]
    public async Task Create_Yaml_IsConverted()
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/yaml/pods", "metadata:\n  name: y\nspec:\n  priority: 0x10\n", "application/yaml");

        Assert.Equal(201, code);
        Assert.Equal(16, (int)body["spec"]!["priority"]!);
    }

    [Fact]
    public async Task Create_DryRunOfUnknownValue_422()
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods?dryRun=Some", Pod("dry"));

        Assert.Equal((422, "Invalid"), (code, (string?)body["reason"]));
        Assert.Equal("dryRun", (string?)body["details"]!["causes"]![0]!["field"]);
    }

    [Fact]
    public async Task Create_DryRun_NothingKept()
    {
        var (code, _, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods?dryRun=All", Pod("dry"));

        Assert.Equal(201, code);
        Assert.Equal(404, (await gateway.GetAsync("/api/v1/namespaces/default/pods/dry")).Code);
    }

    [Fact]
    public async Task Write_Warnings_BecomeHeaders()
    {
        gateway.Cluster.Intercept = key => key == "pods/default/warned"
            ? new() { Object = KubeObject.From(ObjectKey.Parse(key), 7, JsonNode.Parse("{\"metadata\":{\"name\":\"warned\"}}")!.AsObject()), Warnings = ["unknown field \"spec.x\""] }
            : null;

        var (_, _, response) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", Pod("warned"));

        Assert.Equal("299 - \"unknown field \\\"spec.x\\\"\"", response.Headers.GetValues("Warning").Single());
    }

    [Fact]
    public async Task Get_Missing_404()
    {
        var (code, body, _) = await gateway.GetAsync("/apis/apps/v1/namespaces/default/deployments/none");

        Assert.Equal(404, code);
        Assert.Equal("deployments.apps \"none\" not found", (string?)body["message"]);
        Assert.Equal("apps", (string?)body["details"]!["group"]);
    }

    [Theory]
    [InlineData("GET", "/api/v1/unknowns", 404)]
    [InlineData("GET", "/apis/none.example/v1/things", 404)]
    [InlineData("GET", "/api/v1/namespaces/default/pods/a/nothing", 404)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("GET", "/api/v1/namespaces/default/nodes", 404)]
    [InlineData("PUT", "/api/v1/namespaces/default/pods", 405)]
    [InlineData("POST", "/api/v1/namespaces/default/pods/a", 405)]
    [InlineData("POST", "/api/v1/pods", 405)]
    [InlineData("GET", "/api/v1/namespaces/default/pods/a/binding", 405)]
    public async Task Request_NoSuchPathOrMethod_Status(string method, string path, int expected)
    {
        var (code, body, _) = await gateway.SendAsync(new HttpMethod(method), path, method == "GET" ? null : "{}");

        Assert.Equal(expected, code);
        Assert.Equal("Status", (string?)body["kind"]);
    }

    [Fact]
    public async Task Get_NotAcceptable_406()
    {
        var (code, body, _) = await gateway.GetAsync("/api/v1/namespaces", "application/xml");

        Assert.Equal((406, "NotAcceptable"), (code, (string?)body["reason"]));
    }

    [Fact]
    public async Task Get_Yaml_ParsesBackToTheSame()
    {
        gateway.Cluster.Put("configmaps/default/yaml", """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"yaml"},"data":{"a":"true","b":"x: y\nz","c":"12","d":""}}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces/default/configmaps/yaml");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/yaml"));

        var response = await gateway.Client.SendAsync(request);
        var json = JsonNode.Parse(Grainhouse.Gateway.Requests.YamlBody.ToJson(await response.Content.ReadAsByteArrayAsync(), 100_000))!;

        Assert.Equal("application/yaml", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("""{"a":"true","b":"x: y\nz","c":"12","d":""}""", json["data"]!.ToJsonString());
    }

    [Fact]
    public async Task List_Selectors_OnlyWhatMatches()
    {
        gateway.Cluster.Put("pods/select/a", Pod("a", """{"app":"web","tier":"1"}"""));
        gateway.Cluster.Put("pods/select/b", Pod("b", """{"app":"db"}"""));
        gateway.Cluster.Put("pods/select/c", Pod("c"));

        Assert.Equal(["a"], await NamesAsync("select", "labelSelector=app%3Dweb"));
        Assert.Equal(["b", "c"], await NamesAsync("select", "labelSelector=app!%3Dweb"));
        Assert.Equal(["a", "b"], await NamesAsync("select", "labelSelector=app+in+(web,db)"));
        Assert.Equal(["b"], await NamesAsync("select", "labelSelector=app,!tier"));
        Assert.Equal(["c"], await NamesAsync("select", "fieldSelector=metadata.name%3Dc"));
        Assert.Equal(400, (await gateway.GetAsync("/api/v1/pods?labelSelector=a%3D%3D%3Db")).Code);
        Assert.Equal(400, (await gateway.GetAsync("/api/v1/pods?fieldSelector=spec.nothing%3Dx")).Code);
    }

    [Fact]
    public async Task List_Pages_ShowOneRevision()
    {
        for (var i = 0; i < 7; i++)
        {
            gateway.Cluster.Put($"pods/pages/p{i}", Pod($"p{i}"));
        }

        var (_, first, _) = await gateway.GetAsync("/api/v1/namespaces/pages/pods?limit=3");
        gateway.Cluster.Put("pods/pages/p35", Pod("p35"));
        gateway.Cluster.Remove("pods/pages/p5");
        var (_, second, _) = await gateway.GetAsync($"/api/v1/namespaces/pages/pods?limit=3&continue={first["metadata"]!["continue"]}");
        var (_, third, _) = await gateway.GetAsync($"/api/v1/namespaces/pages/pods?limit=3&continue={second["metadata"]!["continue"]}");

        Assert.Equal(4, (int)first["metadata"]!["remainingItemCount"]!);
        Assert.Equal(["p0", "p1", "p2"], Names(first));
        Assert.Equal(["p3", "p4", "p5"], Names(second));
        Assert.Equal(1, (int)second["metadata"]!["remainingItemCount"]!);
        Assert.Equal(["p6"], Names(third));
        Assert.Null(third["metadata"]!["continue"]);
        Assert.Equal((string?)first["metadata"]!["resourceVersion"], (string?)third["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public async Task List_PageOfCompactedRevision_410WithTokenThatGoesOn()
    {
        for (var i = 0; i < 4; i++)
        {
            gateway.Cluster.Put($"pods/gone/p{i}", Pod($"p{i}"));
        }

        var (_, first, _) = await gateway.GetAsync("/api/v1/namespaces/gone/pods?limit=2");
        gateway.Cluster.Compacted = gateway.Cluster.Put("pods/gone/p25", Pod("p25")).Revision;
        try
        {
            var (code, expired, _) = await gateway.GetAsync($"/api/v1/namespaces/gone/pods?limit=2&continue={first["metadata"]!["continue"]}");
            var (_, rest, _) = await gateway.GetAsync($"/api/v1/namespaces/gone/pods?continue={expired["metadata"]!["continue"]}");

            Assert.Equal((410, "Expired"), (code, (string?)expired["reason"]));
            Assert.Equal(["p2", "p25", "p3"], Names(rest));
        }
        finally
        {
            gateway.Cluster.Compacted = 0;
        }
    }

    [Theory]
    [InlineData("continue=nonsense", 400)]
    [InlineData("resourceVersion=99999999", 504)]
    [InlineData("resourceVersion=abc", 422)]
    [InlineData("resourceVersionMatch=Exact", 422)]
    [InlineData("limit=x", 400)]
    public async Task List_BadParameters_Status(string query, int expected)
    {
        var (code, body, _) = await gateway.GetAsync("/api/v1/pods?" + query);

        Assert.Equal(expected, code);
        Assert.Equal(expected == 504 ? "ResourceVersionTooLarge" : null, (string?)body["details"]?["causes"]?[0]?["reason"] is "ResourceVersionTooLarge" ? "ResourceVersionTooLarge" : null);
    }

    [Fact]
    public async Task List_Exact_StateOfThatRevision()
    {
        var at = gateway.Cluster.Put("pods/exact/a", Pod("a")).Revision;
        gateway.Cluster.Put("pods/exact/b", Pod("b"));

        Assert.Equal(["a"], await NamesAsync("exact", $"resourceVersion={at}&resourceVersionMatch=Exact"));
        Assert.Equal(["a", "b"], await NamesAsync("exact", $"resourceVersion={at}"));
    }

    [Fact]
    public async Task List_AsTable_ColumnsRowsAndMetadata()
    {
        gateway.Cluster.Put("pods/table/a", Pod("a"));

        var (_, table, response) = await gateway.GetAsync("/api/v1/namespaces/table/pods", TableAccept);

        Assert.Equal("Table", (string?)table["kind"]);
        Assert.Equal("meta.k8s.io/v1", (string?)table["apiVersion"]);
        Assert.Equal(
            ["Name", "Ready", "Status", "Restarts", "Age", "IP", "Node", "Nominated Node", "Readiness Gates"],
            table["columnDefinitions"]!.AsArray().Select(column => (string?)column!["name"]));
        var row = table["rows"]![0]!;
        Assert.Equal("""["a","0/1","","0","<unknown>","<none>","<none>","<none>","<none>"]""", row["cells"]!.ToJsonString(DocumentJson.Options));
        Assert.Equal("PartialObjectMetadata", (string?)row["object"]!["kind"]);
        Assert.Equal("a", (string?)row["object"]!["metadata"]!["name"]);
        Assert.NotNull(row["object"]!["metadata"]!["resourceVersion"]);
        Assert.Null(row["object"]!["spec"]);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task List_AsTableIncludeObject_WholeObject()
    {
        gateway.Cluster.Put("pods/tableobject/a", Pod("a"));

        var (_, table, _) = await gateway.GetAsync("/api/v1/namespaces/tableobject/pods?includeObject=Object", TableAccept);

        Assert.NotNull(table["rows"]![0]!["object"]!["spec"]);
    }

    [Fact]
    public async Task List_AsMetadata_OnlyMetadata()
    {
        gateway.Cluster.Put("pods/meta/a", Pod("a"));

        var (_, list, _) = await gateway.GetAsync("/api/v1/namespaces/meta/pods", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");

        Assert.Equal("PartialObjectMetadataList", (string?)list["kind"]);
        Assert.Equal("a", (string?)list["items"]![0]!["metadata"]!["name"]);
        Assert.Null(list["items"]![0]!["spec"]);
    }

    [Fact]
    public async Task Delete_GoneStorageClass_TheObjectAsTypedClientsReadIt()
    {
        gateway.Cluster.Put("storageclasses.storage.k8s.io//gone", """{"kind":"StorageClass","apiVersion":"storage.k8s.io/v1","metadata":{"name":"gone"},"provisioner":"p"}""");

        var (_, shown, _) = await gateway.SendAsync(HttpMethod.Delete, "/apis/storage.k8s.io/v1/storageclasses/gone");

        Assert.Equal(("StorageClass", "p"), ((string?)shown["kind"], (string?)shown["provisioner"]));
    }

    [Fact]
    public async Task Delete_Gone_StatusForMostKindsAndTheObjectForPods()
    {
        gateway.Cluster.Put("configmaps/default/gone", """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"gone","uid":"u-1"}}""");
        gateway.Cluster.Put("pods/default/gone", Pod("gone"));

        var (_, status, _) = await gateway.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/configmaps/gone");
        var (_, pod, _) = await gateway.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/pods/gone");

        Assert.Equal(("Success", "u-1", "configmaps"), ((string?)status["status"], (string?)status["details"]!["uid"], (string?)status["details"]!["kind"]));
        Assert.Equal("Pod", (string?)pod["kind"]);
    }

    [Theory]
    [InlineData("{\"propagationPolicy\":\"Sideways\"}", 422)]
    [InlineData("{\"gracePeriodSeconds\":-1}", 422)]
    [InlineData("{\"gracePeriodSeconds\":\"soon\"}", 400)]
    [InlineData("{\"propagationPolicy\":\"Orphan\",\"orphanDependents\":true}", 422)]
    [InlineData("nonsense", 400)]
    public async Task Delete_BadOptions_RefusedAndNothingDeleted(string body, int expected)
    {
        gateway.Cluster.Put("pods/default/stays", Pod("stays"));

        Assert.Equal(expected, (await gateway.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/pods/stays", body)).Code);
        Assert.Equal(200, (await gateway.GetAsync("/api/v1/namespaces/default/pods/stays")).Code);
    }

    [Fact]
    public async Task DeleteCollection_Selector_OnlyWhatMatches()
    {
        gateway.Cluster.Put("pods/many/a", Pod("a", """{"app":"x"}"""));
        gateway.Cluster.Put("pods/many/b", Pod("b", """{"app":"x"}"""));
        gateway.Cluster.Put("pods/many/c", Pod("c"));

        var (_, list, _) = await gateway.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/many/pods?labelSelector=app%3Dx");

        Assert.Equal(["a", "b"], Names(list));
        Assert.Equal(["c"], await NamesAsync("many", ""));
    }

    [Theory]
    [InlineData("application/apply-patch+cbor", 415)]
    [InlineData("application/apply-patch+yaml", 422)]
    [InlineData("application/json", 415)]
    [InlineData("application/merge-patch+json", 200)]
    [InlineData("application/strategic-merge-patch+json", 200)]
    [InlineData("application/json-patch+json", 200)]
    public async Task Patch_ByType(string type, int expected)
    {
        gateway.Cluster.Put("pods/default/patched", Pod("patched"));

        Assert.Equal(expected, (await gateway.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/default/pods/patched", "{}", type)).Code);
    }

    [Fact]
    public async Task Update_OtherNameInBody_400()
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Put, "/api/v1/namespaces/default/pods/a", Pod("b"));

        Assert.Equal(400, code);
        Assert.Equal("the name of the object (b) does not match the name on the URL (a)", (string?)body["message"]);
    }

    [Fact]
    public async Task Scale_Get_IsAScale()
    {
        gateway.Cluster.Put("deployments.apps/default/web", """{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web","uid":"u"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}}},"status":{"replicas":2}}""");

        var (_, scale, _) = await gateway.GetAsync("/apis/apps/v1/namespaces/default/deployments/web/scale");

        Assert.Equal("Scale", (string?)scale["kind"]);
        Assert.Equal((3, 2, "app=web"), ((int)scale["spec"]!["replicas"]!, (int)scale["status"]!["replicas"]!, (string?)scale["status"]!["selector"]));
    }

    [Fact]
    public async Task Request_OverHttp1AndHttp2_BothAnswer()
    {
        foreach (var version in (Version[])[new(1, 1), new(2, 0)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/version") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

            var response = await gateway.Client.SendAsync(request);

            Assert.Equal(version, response.Version);
            Assert.Contains("v1.32.0+grainhouse", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private async Task<string[]> NamesAsync(string @namespace, string query) => Names((await gateway.GetAsync($"/api/v1/namespaces/{@namespace}/pods?{query}")).Body);

    private static string[] Names(JsonObject list) => [.. list["items"]!.AsArray().Select(item => (string)item!["metadata"]!["name"]!)];
}
