using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Testing.Facts;

namespace Grainhouse.HostAgent.Tests.Runtimes;

/// <summary>Start, stop, end, list, adopt, remove.</summary>
public abstract partial class ContainerRuntimeContract
{
    [ContractFact]
    public async Task Start_Sleeper_IsRunning()
    {
        var (sandbox, container) = await StartAsync(Sleeps("main") with { Attempt = 3 });

        Assert.True(sandbox.Running);
        Assert.NotEqual("", sandbox.Address);
        Assert.Equal(ContainerPhase.Running, container.Phase);
        Assert.Equal("main", container.Name);
        Assert.Equal(3, container.Attempt);
        Assert.NotNull(container.StartedAt);
        Assert.Null(container.FinishedAt);
        Assert.InRange(container.StartedAt.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(container.Id, (await Runtime.InspectContainerAsync(container.Id, Token))?.Id);
    }

    [ContractFact]
    public async Task List_TwoPods_ShowsTheirContainersAndLabels()
    {
        var labels = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("example.com/hash", "abc");
        var first = await Runtime.EnsureSandboxAsync(Pod(attempt: 2), Token);
        var second = await Runtime.EnsureSandboxAsync(Pod(), Token);
        await Runtime.StartContainerAsync(first.Id, Sleeps("a") with { Labels = labels }, Token);
        await Runtime.StartContainerAsync(first.Id, Sleeps("b"), Token);
        await Runtime.StartContainerAsync(second.Id, Sleeps("a"), Token);

        var list = await Runtime.ListAsync(Token);

        Assert.Equal(2, list.Length);
        var listed = list.Single(sandbox => sandbox.Id == first.Id);
        Assert.Equal(first.Pod, listed.Pod);
        Assert.Equal(2, listed.Attempt);
        Assert.True(listed.Running);
        Assert.Equal(first.Address, listed.Address);
        Assert.Equal(["a", "b"], listed.Containers.Select(container => container.Name).Order());
        Assert.All(listed.Containers, container => Assert.Equal(ContainerPhase.Running, container.Phase));
        Assert.Equal("abc", listed.Containers.Single(container => container.Name == "a").Labels["example.com/hash"]);
        Assert.Single(list.Single(sandbox => sandbox.Id == second.Id).Containers);
    }

    [ContractFact]
    public async Task Exit_WithCode_IsSeenWithTimes()
    {
        var (_, container) = await StartAsync(Prints("main", 42, "bye"));

        var ended = await EndedAsync(container.Id);

        Assert.Equal(42, ended.ExitCode);
        Assert.False(ended.OutOfMemory);
        Assert.NotNull(ended.FinishedAt);
        Assert.True(ended.FinishedAt >= ended.StartedAt);
        Assert.Equal(0, ended.ProcessId);
    }

    [ContractFact]
    public async Task Stop_Sleeper_EndsWithinItsGrace()
    {
        var (_, container) = await StartAsync(PrintsAndSleeps("main", "ready", "bye"));
        await FirstLineAsync(container.Id);

        var stopped = await Runtime.StopContainerAsync(container.Id, Patience, Token);

        Assert.Equal(ContainerPhase.Exited, stopped.Phase);
        Assert.Equal(0, stopped.ExitCode);
    }

    [ContractFact]
    public async Task Stop_ContainerIgnoresSignal_IsKilledAfterGrace()
    {
        var (_, container) = await StartAsync(IgnoresStop("main"));
        await FirstLineAsync(container.Id);

        var stopped = await Runtime.StopContainerAsync(container.Id, TimeSpan.FromSeconds(1), Token);

        Assert.Equal(ContainerPhase.Exited, stopped.Phase);
        Assert.Equal(137, stopped.ExitCode);
    }

    [ContractFact]
    public async Task Kill_RunningContainer_GivesEventAndExitCode137()
    {
        var (sandbox, container) = await StartAsync(Sleeps("main"));
        await using var events = Runtime.WatchAsync(Token).GetAsyncEnumerator(Token);
        var next = events.MoveNextAsync();

        await KillAsync(container);

        while (true)
        {
            Assert.True(await next);
            if (events.Current.ContainerId == container.Id
                && (await Runtime.InspectContainerAsync(container.Id, Token))?.Phase == ContainerPhase.Exited)
            {
                break;
            }

            next = events.MoveNextAsync();
        }

        Assert.Equal(sandbox.Pod.Uid, events.Current.PodUid);
        Assert.Equal(sandbox.Id, events.Current.SandboxId);
        Assert.Equal(137, (await EndedAsync(container.Id)).ExitCode);
    }

    [ContractFact]
    public async Task Restart_NextAttempt_RunsBesideTheDeadOne()
    {
        var (sandbox, first) = await StartAsync(Prints("main", 1, "first"));
        await EndedAsync(first.Id);

        var second = await Runtime.StartContainerAsync(sandbox.Id, Sleeps("main") with { Attempt = 1 }, Token);

        Assert.NotEqual(first.Id, second.Id);
        var listed = (await Runtime.ListAsync(Token)).Single().Containers.OrderBy(container => container.Attempt).ToArray();
        Assert.Equal([ContainerPhase.Exited, ContainerPhase.Running], listed.Select(container => container.Phase));
        Assert.Equal([0, 1], listed.Select(container => container.Attempt));
        Assert.Equal(["first"], await LinesAsync(first.Id, new LogQuery()));
    }

    [ContractFact]
    public async Task Start_MissingCommand_FailsAndCanBeRemoved()
    {
        var sandbox = await Runtime.EnsureSandboxAsync(Pod(), Token);

        var error = await Assert.ThrowsAsync<RuntimeException>(() => Runtime.StartContainerAsync(sandbox.Id, MissingCommand("main"), Token));
        var again = await Assert.ThrowsAsync<RuntimeException>(() => Runtime.StartContainerAsync(sandbox.Id, MissingCommand("main"), Token));

        Assert.Equal(RuntimeErrorKind.Start, error.Kind);
        Assert.Equal(RuntimeErrorKind.Start, again.Kind);
        Assert.NotEqual("", error.Message);
        Assert.All((await Runtime.ListAsync(Token)).Single().Containers, container =>
        {
            Assert.Equal(ContainerPhase.Exited, container.Phase);
            Assert.InRange(container.ExitCode, 127, 128);
        });
    }

    [ContractFact]
    public async Task Start_SandboxIsGone_FailsWithNotFound()
    {
        var sandbox = await Runtime.EnsureSandboxAsync(Pod(), Token);
        await Runtime.RemoveSandboxAsync(sandbox.Id, Token);

        var error = await Assert.ThrowsAsync<RuntimeException>(() => Runtime.StartContainerAsync(sandbox.Id, Sleeps("main"), Token));

        Assert.Equal(RuntimeErrorKind.NotFound, error.Kind);
    }

    [ContractFact]
    public async Task Remove_Everything_LeavesNothing()
    {
        var (sandbox, container) = await StartAsync(IgnoresStop("main"));
        await Runtime.StartContainerAsync(sandbox.Id, Sleeps("side"), Token);

        await Runtime.RemoveSandboxAsync(sandbox.Id, Token);

        Assert.Empty(await Runtime.ListAsync(Token));
        Assert.Null(await Runtime.InspectContainerAsync(container.Id, Token));
        Assert.Null(await FindLeftoversAsync());
    }

    [ContractFact]
    public async Task Remove_DeadContainer_LeavesTheOthers()
    {
        var (sandbox, dead) = await StartAsync(Prints("main", 0, "done"));
        var side = await Runtime.StartContainerAsync(sandbox.Id, Sleeps("side"), Token);
        await EndedAsync(dead.Id);

        await Runtime.RemoveContainerAsync(dead.Id, Token);

        Assert.Null(await Runtime.InspectContainerAsync(dead.Id, Token));
        Assert.Equal([side.Id], (await Runtime.ListAsync(Token)).Single().Containers.Select(container => container.Id));
    }
}
