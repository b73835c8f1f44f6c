using System.Diagnostics;
using System.Net;

namespace Grainhouse.Benchmarks.Scenarios.Nuisances;

/// <summary>A client with hundreds of requests in flight that asks again at once whatever it is answered.</summary>
internal sealed class GreedyRequests(HttpClient http, bool writes) : INuisance
{
    public const string Gets = "greedy gets";
    public const string Writes = "greedy writes";

    /// <summary>Its User-Agent, and what its objects' names begin with.</summary>
    public const string Who = "greedy";

    /// <summary>Requests in flight.</summary>
    public const int InFlight = 512;

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private int answered;
    private int refused;

    public string Note => $"{InFlight} in flight, {answered / watch.Elapsed.TotalSeconds:0}/s answered, {refused / watch.Elapsed.TotalSeconds:0}/s refused";

    public Task RunAsync(Action begun, CancellationToken cancellationToken)
    {
        var first = 0;
        return Task.WhenAll(Enumerable.Range(0, InFlight).Select(worker => Task.Run(
            async () =>
            {
                for (var number = 0; !cancellationToken.IsCancellationRequested; number++)
                {
                    using var ask = writes ? CrowdRequests.Put(Who, worker, number) : CrowdRequests.Get(Who, worker, number);
                    ask.Version = HttpVersion.Version20;
                    using var answer = await http.SendAsync(ask, CancellationToken.None);
                    Interlocked.Increment(ref answer.StatusCode == HttpStatusCode.TooManyRequests ? ref refused : ref answered);
                    if (Interlocked.Exchange(ref first, 1) == 0)
                    {
                        begun();
                    }
                }
            },
            CancellationToken.None)));
    }
}
