using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Gateway.Computed;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Proxy;

/// <summary>What tools ask a node's kubelet for. Agents have no server; the gateway answers from what they report.</summary>
internal sealed class NodePages(IObjectCache cache, UsageReader usage, TimeProvider time)
{
    private const string KubeletPort = "10250";

    /// <summary>Whether the agent is meant, not a server that happens to run on its node.</summary>
    public static bool IsAgents(string port) => port is "" or KubeletPort;

    /// <summary>Answers <c>healthz</c>, <c>pods</c> and <c>stats/summary</c>; anything else is 404.</summary>
    public async Task AnswerAsync(ResourceRequest request, string name, string path)
    {
        if (!HttpMethods.IsGet(request.Http.Request.Method) && !HttpMethods.IsHead(request.Http.Request.Method))
        {
            throw new RequestRefusedException(Refusals.MethodNotAllowed);
        }

        var node = cache.Get(ResourceCatalog.Nodes.Key(null, name)) ?? throw new RequestRefusedException(ApiStatus.NotFound(ResourceCatalog.Nodes, name));
        var measured = await usage.ReadAsync(name)
            ?? throw new RequestRefusedException(ApiStatus.Unavailable($"error trying to reach service: the agent of node \"{name}\" is not in reach"));
        await (path.Trim('/') switch
        {
            "healthz" => TextAsync(request.Http, StatusCodes.Status200OK, "ok"),
            "pods" or "runningpods" => JsonAsync(request.Http, Pods(name)),
            "stats/summary" => JsonAsync(request.Http, Summary(node, measured)),
            _ => TextAsync(request.Http, StatusCodes.Status404NotFound, "404 page not found\n"),
        });
    }

    private JsonObject Pods(string node) => new()
    {
        ["kind"] = "PodList",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. On(node).Select(pod => JsonNode.Parse(pod.Document.Span))]),
    };

    // As much of stats.k8s.io/v1alpha1 Summary as agents measure.
    private JsonObject Summary(KubeObject node, Heartbeat measured)
    {
        var now = ObjectTime.Text(time.GetUtcNow());
        var used = measured.Pods.ToDictionary(pod => pod.PodUid, StringComparer.Ordinal);
        var stats = Stats(measured.Node ?? new Usage(), now);
        stats["nodeName"] = node.Key.Name;
        return new JsonObject
        {
            ["node"] = stats,
            ["pods"] = new JsonArray([.. On(node.Key.Name).Where(pod => used.ContainsKey(pod.Header.Uid)).Select(pod => Stats(pod, used[pod.Header.Uid], now))]),
        };
    }

    private static JsonObject Stats(KubeObject pod, PodUsage used, string now)
    {
        var total = new Usage
        {
            CpuNanocores = used.Containers.Values.Aggregate(0UL, (sum, one) => sum + one.CpuNanocores),
            MemoryBytes = used.Containers.Values.Aggregate(0UL, (sum, one) => sum + one.MemoryBytes),
        };
        var stats = Stats(total, now);
        stats["podRef"] = new JsonObject { ["name"] = pod.Key.Name, ["namespace"] = pod.Key.Namespace, ["uid"] = pod.Header.Uid };
        stats["containers"] = new JsonArray([.. used.Containers.OrderBy(container => container.Key, StringComparer.Ordinal).Select(container =>
        {
            var one = Stats(container.Value, now);
            one["name"] = container.Key;
            return one;
        })]);
        return stats;
    }

    private static JsonObject Stats(Usage used, string now) => new()
    {
        ["cpu"] = new JsonObject { ["time"] = now, ["usageNanoCores"] = used.CpuNanocores },
        ["memory"] = new JsonObject { ["time"] = now, ["workingSetBytes"] = used.MemoryBytes },
    };

    private IEnumerable<KubeObject> On(string node) => cache.List(ResourceCatalog.Pods.QualifiedName).Items.Where(pod => pod.Header.NodeName == node);

    private static Task JsonAsync(HttpContext http, JsonObject document) => Answer.JsonAsync(http, StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(document));

    private static async Task TextAsync(HttpContext http, int code, string text)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), http.RequestAborted);
    }
}
