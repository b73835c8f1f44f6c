using Grainhouse.Cli.Progress;
using Grainhouse.Cli.Readiness;

namespace Grainhouse.Cli.Tests;

public sealed class PlainProgressTests
{
    [Fact]
    public async Task Show_RepeatedLooks_PrintsOnlyChanges()
    {
        using var output = new StringWriter { NewLine = "\n" };

        await new PlainProgress(output).ShowAsync(Looks(
            new ObjectReadiness(false, "0/1 ready"),
            new ObjectReadiness(false, "0/1 ready"),
            new ObjectReadiness(false, "0/1 ready", "p: no node"),
            new ObjectReadiness(true, "1/1 ready")));

        Assert.Equal("web: 0/1 ready\nweb: 0/1 ready (p: no node)\nweb: 1/1 ready\n", output.ToString());
    }

    private static async IAsyncEnumerable<IReadOnlyList<ProgressRow>> Looks(params ObjectReadiness[] looks)
    {
        foreach (var look in looks)
        {
            await Task.Yield();
            yield return [new ProgressRow("web", look)];
        }
    }
}
