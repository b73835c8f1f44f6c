using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>From the start of a create to its event at each watcher, and what a watch costs that nothing happens to.</summary>
internal static class Watches
{
    private const int Idle = 10_000;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);
    private static readonly Uri Path = new("/api/v1/namespaces/default/configmaps", UriKind.Relative);

    private static ReadOnlySpan<byte> Mark => "\"sent\":\""u8;

    public static async Task MeasureAsync(ICluster cluster, Table table)
    {
        // Memory first: what a load leaves behind, not yet collected, would hold the watches without growing.
        await DeliverAsync(cluster, watchers: 1, perSecond: 100, WarmUp, "warm");
        await Task.Delay(Settle);
        await IdleAsync(cluster, table);
        await ReportAsync(cluster, table, watchers: 1, perSecond: 100);
        await ReportAsync(cluster, table, watchers: 100, perSecond: 100);
        await ReportAsync(cluster, table, watchers: 1_000, perSecond: 10);
    }

    private static async Task ReportAsync(ICluster cluster, Table table, int watchers, int perSecond)
    {
        var cpu = cluster.CpuTime();
        var latencies = await DeliverAsync(cluster, watchers, perSecond, Length, $"watched-by-{watchers}");
        table.Add(
            cluster, $"create to watch event, {perSecond}/s, {watchers:n0} watchers",
            Figure.Median(latencies), Figure.Slowest(latencies), Figure.Cores(cluster.CpuTime() - cpu, Length));
    }

    private static async Task<List<TimeSpan>> DeliverAsync(ICluster cluster, int watchers, int perSecond, TimeSpan length, string prefix)
    {
        using var stop = new CancellationTokenSource();
        var latencies = new ConcurrentBag<TimeSpan>();
        var following = await OpenWatches.OpenAsync(cluster.Http, watchers, "/api/v1/namespaces/default/configmaps", stop.Token);
        var readers = following.Select(response => ReadAsync(response, latencies, stop.Token)).ToArray();
        var count = (int)(length.TotalSeconds * perSecond);
        var watch = Stopwatch.StartNew();
        List<Task> creates = [];
        for (var number = 0; number < count; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / perSecond) - watch.Elapsed;
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due);
            }

            creates.Add(CreateAsync(cluster, $"{prefix}-{number}"));
        }

        await Task.WhenAll(creates);
        var bound = watch.Elapsed + TimeSpan.FromSeconds(60);
        while (latencies.Count < count * watchers && watch.Elapsed < bound)
        {
            await Task.Delay(50);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        return latencies.Count == count * watchers
            ? [.. latencies]
            : throw new InvalidOperationException($"{count * watchers} events were due, {latencies.Count} came.");
    }

    private static async Task IdleAsync(ICluster cluster, Table table)
    {
        using var stop = new CancellationTokenSource();
        var before = cluster.ResidentBytes();
        var open = await OpenWatches.OpenAsync(cluster.Http, Idle, "/api/v1/namespaces/quiet/secrets", stop.Token);
        await Task.Delay(Settle);
        var grown = cluster.ResidentBytes() - before;
        var cpu = cluster.CpuTime();
        await Task.Delay(Length);
        table.Add(cluster, $"{Idle:n0} idle watches", Figure.MemoryEach(grown, Idle), Figure.Cores(cluster.CpuTime() - cpu, Length));
        await stop.CancelAsync();
        Array.ForEach(open, response => response.Dispose());
    }

    private static async Task CreateAsync(ICluster cluster, string name)
    {
        using var body = new StringContent(
            $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},"data":{"sent":"{{{Stopwatch.GetTimestamp()}}}"}}""", Encoding.UTF8, "application/json");
        using var answer = await cluster.Http.PostAsync(Path, body);
        answer.EnsureSuccessStatusCode();
    }

    // The time is cut out of the bytes: to parse each event would measure the parser.
    private static async Task ReadAsync(HttpResponseMessage response, ConcurrentBag<TimeSpan> latencies, CancellationToken cancellationToken)
    {
        using (response)
        {
            var buffer = new byte[64 * 1024];
            var filled = 0;
            try
            {
                var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
                int read;
                while ((read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
                {
                    filled += read;
                    var now = Stopwatch.GetTimestamp();
                    int end;
                    var start = 0;
                    while ((end = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0)
                    {
                        var line = buffer.AsSpan(start, end);
                        start += end + 1;
                        if (line.IndexOf(Mark) is >= 0 and var at && Utf8Parser.TryParse(line[(at + Mark.Length)..], out long sent, out _))
                        {
                            latencies.Add(Stopwatch.GetElapsedTime(sent, now));
                        }
                    }

                    buffer.AsSpan(start, filled - start).CopyTo(buffer);
                    filled -= start;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
            }
        }
    }
}
