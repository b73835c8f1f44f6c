using System.Text;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>What the clients of a crowd ask for: each worker has a ConfigMap of its own.</summary>
internal static class CrowdRequests
{
    public static HttpRequestMessage Get(string who, int worker, int number) => Ask(who, worker, HttpMethod.Get);

    public static HttpRequestMessage Put(string who, int worker, int number)
    {
        var ask = Ask(who, worker, HttpMethod.Put);
        ask.Content = Json(Map(who, worker, number));
        return ask;
    }

    public static string Map(string who, int worker, int number) =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{who}}}-{{{worker}}}"},"data":{"n":"{{{number}}}"}}""";

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static HttpRequestMessage Ask(string who, int worker, HttpMethod method)
    {
        var ask = new HttpRequestMessage(method, $"/api/v1/namespaces/default/configmaps/{who}-{worker}");
        ask.Headers.UserAgent.ParseAdd($"{who}/1.0");
        return ask;
    }
}
