using Microsoft.AspNetCore.Http;

namespace Grainhouse.Client.Tests.Pods;

/// <summary>Logs, the server played by the test.</summary>
public sealed class PodLogTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("", "")]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\n\nhalf", "one||half")]
    [InlineData("10 %\r20 %\r\n", "10 %\r20 %\r")]
    public async Task Log_Lines_AsTheyWereWritten(string log, string lines)
    {
        await using var server = await PlayedServer.StartAsync(context => context.Response.WriteAsync(log));

        var read = await ReadAsync(server, null);

        Assert.Equal(lines, string.Join('|', read.Select(line => line.Text)));
        Assert.All(read, line => Assert.Null(line.Time));
    }

    [Fact]
    public async Task Log_Timestamps_AreTakenOff()
    {
        await using var server = await PlayedServer.StartAsync(static context => context.Response.WriteAsync(
            "2026-02-03T04:05:06.123456700Z one two\n2026-02-03T06:05:07+02:00 \nno time\n"));

        var read = await ReadAsync(server, new LogSettings { Timestamps = true });

        Assert.Equal(
            [
                new LogLine(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero).AddTicks(1_234_567), "one two"),
                new LogLine(new DateTimeOffset(2026, 2, 3, 4, 5, 7, TimeSpan.Zero), ""),
                new LogLine(null, "no time"),
            ],
            read);
    }

    [Fact]
    public async Task Log_Settings_AreAskedFor()
    {
        var asked = "";
        await using var server = await PlayedServer.StartAsync(context =>
        {
            asked = $"{context.Request.Path}{context.Request.QueryString}";
            return Task.CompletedTask;
        });

        await ReadAsync(server, new LogSettings
        {
            Container = "main", Follow = true, Previous = true, Timestamps = true, Tail = 0, LimitBytes = 7, Since = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(1)),
        });

        Assert.Equal(
            "/api/v1/namespaces/shop/pods/web/log?container=main&follow=true&previous=true&timestamps=true&tailLines=0&limitBytes=7&sinceTime=2026-02-03T03%3A05%3A06.0000000Z",
            asked);
    }

    [Fact]
    public async Task Log_Followed_EachLineAsItComesAndUntilTheReaderStops()
    {
        var left = new TaskCompletionSource();
        await using var server = await PlayedServer.StartAsync(async context =>
        {
            using var leaving = context.RequestAborted.Register(left.SetResult);
            for (var i = 0; !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.WriteAsync($"line {i}\n");
                await context.Response.Body.FlushAsync();
                await Task.Yield();
            }
        });

        await foreach (var line in server.Client.Pod("web", "shop").LogAsync(new LogSettings { Follow = true }))
        {
            if (line.Text == "line 3")
            {
                break;
            }
        }

        await left.Task.WaitAsync(Bound);
    }

    [Fact]
    public async Task Log_Refused_TheServersWords()
    {
        await using var server = await PlayedServer.StartAsync(static async context =>
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("""{"kind":"Status","reason":"NotFound","message":"pods \"web\" not found","code":404}""");
        });

        var refused = await Assert.ThrowsAsync<ApiException>(() => ReadAsync(server, null));

        Assert.True(refused.IsNotFound);
        Assert.Equal("pods \"web\" not found", refused.Message);
    }

    private static async Task<List<LogLine>> ReadAsync(PlayedServer server, LogSettings? settings)
    {
        using var bound = new CancellationTokenSource(Bound);
        var read = new List<LogLine>();
        await foreach (var line in server.Client.Pod("web", "shop").LogAsync(settings, bound.Token))
        {
            read.Add(line);
        }

        return read;
    }
}
