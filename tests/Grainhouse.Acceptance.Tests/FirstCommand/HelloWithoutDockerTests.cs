using System.Text.RegularExpressions;

namespace Grainhouse.Acceptance.Tests.FirstCommand;

/// <summary>The README's first command on a machine without Docker.</summary>
[Collection(Alone.Name)]
public sealed partial class HelloWithoutDockerTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory home = new();

    [Fact]
    public async Task Up_WithHelloAndNoDocker_EndsWithHelloAnswering()
    {
        var port = FreePort.Next();
        var hello = home.Write("hello.yaml", Port().Replace(await File.ReadAllTextAsync(Repository.Example("hello.yaml")), $"{port}"));
        await using var up = new ChildProcess(
            "dotnet",
            ["run", "-c", Repository.Configuration, "--no-build", "--project", Repository.CliProject, "--", "up", "--port", $"{FreePort.Next()}", "-f", hello],
            Environment());
        try
        {
            await up.WaitForLineAsync("export KUBECONFIG=", Bound);

            var answer = await Probing.GetAsync($"http://127.0.0.1:{port}/");

            Assert.Contains("hello", answer, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(0, await up.InterruptAsync(Bound));
            Assert.NotNull(await Probing.GetAsync($"http://127.0.0.1:{port}/health"));
        }
        finally
        {
            (await Command.RunAsync(Repository.Executable, ["down", "--purge"], environment: Environment())).Ok();
        }

        Assert.Null(await Probing.GetAsync($"http://127.0.0.1:{port}/health"));
    }

    [Fact]
    public async Task Up_AskedForDockerThatIsNotThere_SaysSo()
    {
        var result = await Command.RunAsync(
            Repository.Executable, ["up", "--runtime", "docker", "--port", $"{FreePort.Next()}"], environment: Environment());

        Assert.Contains("Docker", result.Failed(), StringComparison.Ordinal);
    }

    public void Dispose() => home.Dispose();

    private Dictionary<string, string?> Environment() => new()
    {
        ["DOCKER_HOST"] = "unix:///nowhere/docker.sock",
        ["XDG_DATA_HOME"] = home.Path,
        ["NO_COLOR"] = "1",
    };

    // The port that the example listens on; another one here, so that the test asks nothing of the machine.
    [GeneratedRegex(@"\b8090\b")]
    private static partial Regex Port();
}
