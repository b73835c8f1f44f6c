using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Testing.Facts;

namespace Grainhouse.HostAgent.Tests.Runtimes;

/// <summary>Logs and commands.</summary>
public abstract partial class ContainerRuntimeContract
{
    [ContractFact]
    public async Task Logs_DeadContainer_GivesAllLinesInOrder()
    {
        var lines = Enumerable.Range(0, 20).Select(number => $"line {number}").ToArray();
        var (_, container) = await StartAsync(Prints("main", 0, lines));
        await EndedAsync(container.Id);

        Assert.Equal(lines, await LinesAsync(container.Id, new LogQuery()));
        Assert.Equal(lines[^3..], await LinesAsync(container.Id, new LogQuery { TailLines = 3 }));
        Assert.Empty(await LinesAsync(container.Id, new LogQuery { TailLines = 0 }));
        Assert.Equal(lines, await LinesAsync(container.Id, new LogQuery { Follow = true }));
    }

    [ContractFact]
    public async Task Logs_Since_LeavesOutOlderLines()
    {
        var (_, container) = await StartAsync(PrintsAndSleeps("main", "early", "late"));
        var early = await FirstLineAsync(container.Id);
        await Runtime.StopContainerAsync(container.Id, Patience, Token);

        var since = await LinesAsync(container.Id, new LogQuery { Since = early.Time.AddTicks(1) });

        Assert.Equal(["late"], since);
        Assert.Equal(["early", "late"], await LinesAsync(container.Id, new LogQuery { Since = early.Time }));
    }

    [ContractFact]
    public async Task Logs_Follow_GoesOnUntilTheContainerEnds()
    {
        var (_, container) = await StartAsync(PrintsAndSleeps("main", "first", "last"));
        await using var lines = Runtime.ReadLogsAsync(container.Id, new LogQuery { Follow = true }, Token).GetAsyncEnumerator(Token);

        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("first"u8.ToArray(), lines.Current.Text.ToArray());
        var next = lines.MoveNextAsync();
        await Runtime.StopContainerAsync(container.Id, Patience, Token);

        Assert.True(await next);
        Assert.Equal("last"u8.ToArray(), lines.Current.Text.ToArray());
        Assert.False(await lines.MoveNextAsync());
    }

    [ContractFact]
    public async Task Logs_FollowIsCancelled_Ends()
    {
        var (_, container) = await StartAsync(PrintsAndSleeps("main", "first", "last"));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Runtime.ReadLogsAsync(container.Id, new LogQuery { Follow = true }, cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
    }

    [ContractFact]
    public async Task Logs_NoSuchContainer_FailsWithNotFound()
    {
        var error = await Assert.ThrowsAsync<RuntimeException>(() => LinesAsync("nobody", new LogQuery()));

        Assert.Equal(RuntimeErrorKind.NotFound, error.Kind);
    }

    [ContractFact]
    public async Task Exec_NoSuchContainer_FailsWithNotFound()
    {
        var error = await Assert.ThrowsAsync<RuntimeException>(() => Runtime.ExecAsync("nobody", ["true"], Patience, Token));

        Assert.Equal(RuntimeErrorKind.NotFound, error.Kind);
    }

    [ContractFact]
    public async Task Inspect_NoSuchContainer_IsNull() => Assert.Null(await Runtime.InspectContainerAsync("nobody", Token));

    [ContractFact]
    public async Task Image_DoesNotExist_IsNotFound()
    {
        Assert.Null(await Runtime.FindImageAsync("localhost:1/no/such-image:1", Token));

        var error = await Assert.ThrowsAsync<RuntimeException>(() => Runtime.PullImageAsync("localhost:1/no/such-image:1", null, Token));

        Assert.Equal(Runtime.UsesImages ? RuntimeErrorKind.ImagePull : RuntimeErrorKind.ImageNotFound, error.Kind);
    }

    protected async Task<LogLine> FirstLineAsync(string containerId)
    {
        await foreach (var line in Runtime.ReadLogsAsync(containerId, new LogQuery { Follow = true }, Token))
        {
            return line;
        }

        throw new InvalidOperationException("The container ended without a line.");
    }
}
