using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Testing.Facts;

namespace Grainhouse.HostAgent.Tests.Runtimes;

/// <summary>Calls made twice, and by an agent that came back.</summary>
public abstract partial class ContainerRuntimeContract
{
    [ContractFact]
    public async Task EnsureSandbox_Twice_IsTheSame()
    {
        var pod = Pod();

        var first = await Runtime.EnsureSandboxAsync(pod, Token);
        var second = await Runtime.EnsureSandboxAsync(pod, Token);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Address, second.Address);
        Assert.Single(await Runtime.ListAsync(Token));
    }

    [ContractFact]
    public async Task StartContainer_Twice_IsTheSameProcess()
    {
        var (sandbox, first) = await StartAsync(Sleeps("main"));

        var second = await Runtime.StartContainerAsync(sandbox.Id, Sleeps("main"), Token);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.ProcessId, second.ProcessId);
        Assert.Equal(first.StartedAt, second.StartedAt);
    }

    [ContractFact]
    public async Task StartContainer_AfterItEnded_DoesNotRunItAgain()
    {
        var (sandbox, first) = await StartAsync(Prints("main", 7, "once"));
        await EndedAsync(first.Id);

        var second = await Runtime.StartContainerAsync(sandbox.Id, Prints("main", 7, "once"), Token);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(ContainerPhase.Exited, second.Phase);
        Assert.Equal(7, second.ExitCode);
        Assert.Equal(["once"], await LinesAsync(first.Id, new LogQuery()));
    }

    [ContractFact]
    public async Task Stop_Twice_GivesTheSameEnd()
    {
        var (_, container) = await StartAsync(Sleeps("main"));

        var first = await Runtime.StopContainerAsync(container.Id, Patience, Token);
        var second = await Runtime.StopContainerAsync(container.Id, Patience, Token);

        Assert.Equal(first.FinishedAt, second.FinishedAt);
        Assert.Equal(first.ExitCode, second.ExitCode);
    }

    [ContractFact]
    public async Task Remove_Twice_IsQuiet()
    {
        var (sandbox, container) = await StartAsync(Prints("main", 0, "done"));
        await EndedAsync(container.Id);

        await Runtime.RemoveContainerAsync(container.Id, Token);
        await Runtime.RemoveContainerAsync(container.Id, Token);
        await Runtime.RemoveSandboxAsync(sandbox.Id, Token);
        await Runtime.RemoveSandboxAsync(sandbox.Id, Token);

        Assert.Empty(await Runtime.ListAsync(Token));
    }

    [ContractFact]
    public async Task SecondInstance_AfterTheFirst_AdoptsAndSeesTheEnd()
    {
        var (sandbox, container) = await StartAsync(Sleeps("main"));
        var (_, dead) = await StartAsync(Prints("main", 9, "gone"));
        await EndedAsync(dead.Id);

        var second = Another();
        var adopted = (await second.ListAsync(Token)).Single(candidate => candidate.Id == sandbox.Id);

        var found = Assert.Single(adopted.Containers);
        Assert.Equal(container.Id, found.Id);
        Assert.Equal(container.ProcessId, found.ProcessId);
        Assert.Equal(container.StartedAt, found.StartedAt);
        Assert.Equal(container.Id, (await second.StartContainerAsync(sandbox.Id, Sleeps("main"), Token)).Id);
        Assert.Equal(9, (await second.InspectContainerAsync(dead.Id, Token))?.ExitCode);

        await using var events = second.WatchAsync(Token).GetAsyncEnumerator(Token);
        var next = events.MoveNextAsync();
        await KillAsync(found);
        while (await next && (await second.InspectContainerAsync(container.Id, Token))?.Phase != ContainerPhase.Exited)
        {
            next = events.MoveNextAsync();
        }

        Assert.Equal(137, (await second.InspectContainerAsync(container.Id, Token))?.ExitCode);
    }
}
