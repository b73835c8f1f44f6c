using System.Text.Json;

namespace Grainhouse.Acceptance.Tests.BadInput;

/// <summary>A request that must be refused, and how.</summary>
/// <param name="Method">The verb.</param>
/// <param name="Path">The path behind the namespace, or an absolute one.</param>
/// <param name="Body">The body.</param>
/// <param name="StatusCode">The HTTP status code that upstream gives.</param>
/// <param name="Reason">The reason of the Status.</param>
/// <param name="Says">A part of the message, or of a cause's field.</param>
public sealed record BadRequest(string Method, string Path, string Body, int StatusCode, string Reason, string Says);

/// <summary>Bad input over the API: the Status that Kubernetes gives, and nothing half done.</summary>
public sealed class ApiErrorTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;

    public static TheoryData<string> Cases => [.. Table.Keys];

    private static Dictionary<string, BadRequest> Table { get; } = new()
    {
        ["malformed JSON"] = new("POST", "configmaps", "{\"apiVersion\":", 400, "BadRequest", ""),
        ["not an object"] = new("POST", "configmaps", "[1]", 400, "BadRequest", ""),
        ["wrong type of a field"] = new("POST", "configmaps", Map("\"data\":{\"a\":1}"), 400, "BadRequest", ""),
        ["a string where a number belongs"] = new("POST", "/apis/apps/v1/namespaces/{ns}/deployments", Workload("\"replicas\":\"three\","), 400, "BadRequest", ""),
        ["another kind than the path's"] = new("POST", "configmaps", """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}""", 400, "BadRequest", ""),
        ["unknown kind"] = new("POST", "/apis/apps/v1/namespaces/{ns}/teapots", "{}", 404, "", ""),
        ["unknown object"] = new("GET", "configmaps/nothing", "", 404, "NotFound", "configmaps \"nothing\" not found"),
        ["unknown namespace"] = new("POST", "/api/v1/namespaces/nowhere/configmaps", Map("\"data\":{}"), 404, "NotFound", "namespaces \"nowhere\" not found"),
        ["missing name"] = new("POST", "configmaps", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{}}""", 422, "Invalid", "metadata.name"),
        ["missing selector"] = new("POST", "/apis/apps/v1/namespaces/{ns}/deployments", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""", 422, "Invalid", "spec.selector"),
        ["missing containers"] = new("POST", "pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{}}""", 422, "Invalid", "spec.containers"),
        ["missing image"] = new("POST", "pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"c"}]}}""", 422, "Invalid", "spec.containers[0].image"),
        ["invalid name"] = new("POST", "configmaps", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"Not_A_Name"}}""", 422, "Invalid", "metadata.name"),
        ["invalid label"] = new("POST", "configmaps", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","labels":{"a":"not a label!"}}}""", 422, "Invalid", "metadata.labels"),
        ["selector that does not match the template"] = new("POST", "/apis/apps/v1/namespaces/{ns}/deployments", Workload("").Replace("\"labels\":{\"a\":\"b\"}", "\"labels\":{\"a\":\"c\"}", StringComparison.Ordinal), 422, "Invalid", "spec.template.metadata.labels"),
        ["negative replicas"] = new("POST", "/apis/apps/v1/namespaces/{ns}/deployments", Workload("\"replicas\":-1,"), 422, "Invalid", "spec.replicas"),
        ["port out of range"] = new("POST", "services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"ports":[{"port":70000}]}}""", 422, "Invalid", "spec.ports[0].port"),
        ["body of 4 MiB"] = new("POST", "configmaps", Map($"\"data\":{{\"a\":\"{new string('x', 4 << 20)}\"}}"), 413, "RequestEntityTooLarge", ""),
        ["unknown field, strict"] = new("POST", "configmaps?fieldValidation=Strict", Map("\"dota\":{}"), 400, "BadRequest", "unknown field \"dota\""),
        ["unknown patch type"] = new("PATCH", "configmaps/present", "{}", 415, "UnsupportedMediaType", ""),
        ["unknown field selector"] = new("GET", "configmaps?fieldSelector=data.a%3Db", "", 400, "BadRequest", ""),
        ["malformed label selector"] = new("GET", "configmaps?labelSelector=a%20in%20(", "", 400, "BadRequest", ""),
        ["name taken"] = new("POST", "configmaps", Map("").Replace("\"x\"", "\"present\"", StringComparison.Ordinal), 409, "AlreadyExists", "configmaps \"present\" already exists"),
    };

    [RealTheory(DockerAndKubectl)]
    [MemberData(nameof(Cases))]
    public async Task Request_ThatIsBad_GetsUpstreamsStatusAndLeavesNothing(string name)
    {
        var bad = Table[name];
        var root = $"/api/v1/namespaces/{Kubectl.Namespace}/";
        (await Cluster.Api.PostAsync(root + "configmaps", Map("").Replace("\"x\"", "\"present\"", StringComparison.Ordinal))).Ok();
        var path = bad.Path.StartsWith('/') ? bad.Path.Replace("{ns}", Kubectl.Namespace, StringComparison.Ordinal) : root + bad.Path;

        var answer = await Cluster.Api.SendAsync(new HttpMethod(bad.Method), path, bad.Body.Length == 0 ? null : bad.Body);

        Assert.True(answer.StatusCode == bad.StatusCode, $"Expected {bad.StatusCode} {bad.Reason}, got {answer}");
        if (bad.Reason.Length > 0)
        {
            Assert.Equal("Status", answer.Json.GetProperty("kind").GetString());
            Assert.Equal("Failure", answer.Json.GetProperty("status").GetString());
            Assert.Equal(bad.StatusCode, answer.Json.GetProperty("code").GetInt32());
            Assert.Equal(bad.Reason, answer.Reason);
            Assert.Contains(bad.Says, JsonSerializer.Serialize(answer.Json, Plain).Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        Assert.Equal(404, (await Cluster.Api.GetAsync(root + "configmaps/x")).StatusCode);
        Assert.Equal(404, (await Cluster.Api.GetAsync($"/apis/apps/v1/namespaces/{Kubectl.Namespace}/deployments/x")).StatusCode);
        Assert.Equal(404, (await Cluster.Api.GetAsync(root + "pods/x")).StatusCode);
    }

    private static JsonSerializerOptions Plain { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Map(string rest) =>
        $"{{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"x\"}}{(rest.Length == 0 ? "" : "," + rest)}}}";

    private static string Workload(string spec) => """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{SPEC "selector":{"matchLabels":{"a":"b"}},
        "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"grainhouse-test/busybox:1"}]}}}}
        """.Replace("SPEC", spec, StringComparison.Ordinal);
}
