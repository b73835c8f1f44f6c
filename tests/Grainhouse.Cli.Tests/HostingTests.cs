using System.Net;
using System.Net.Sockets;
using Grainhouse.Cli.Commands;
using Grainhouse.Cli.Hosting;

namespace Grainhouse.Cli.Tests;

public sealed class HostingTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("grainhouse-cli-").FullName;

    [Theory]
    [InlineData("/x", true, "/root", "/x/grainhouse")]
    [InlineData(null, true, "/root", "/var/lib/grainhouse")]
    [InlineData(null, false, "/home/me", "/home/me/.local/share/grainhouse")]
    [InlineData("", false, "/home/me", "/home/me/.local/share/grainhouse")]
    public void DataDirectory_ByUserAndEnvironment_IsChosen(string? xdg, bool root, string home, string expected)
    {
        Assert.Equal(expected, DataDirectory.Choose(xdg, root, home));
    }

    [Fact]
    public void Lock_TakenTwice_SaysWhoHoldsItAndWhatToDo()
    {
        using var first = InstanceLock.Take(directory);

        var error = Assert.Throws<CliException>(() => InstanceLock.Take(directory));

        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.Contains("--data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lock_GivenBack_CanBeTakenAgain()
    {
        InstanceLock.Take(directory).Dispose();

        using var second = InstanceLock.Take(directory);

        Assert.Equal(Environment.ProcessId, InstanceLock.HolderOf(directory));
    }

    [Fact]
    public void Port_ThatIsTaken_SaysWhichAndWhatToDo()
    {
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var error = Assert.Throws<CliException>(() => ListeningPort.Require(port));

        Assert.Equal($"Port {port} is taken by another process. Choose another with --port.", error.Message);
    }

    [Theory]
    [InlineData("silo.example:6443", "https://silo.example:6443/")]
    [InlineData("https://10.0.0.1:7000", "https://10.0.0.1:7000/")]
    public void Join_Address_MayOmitTheScheme(string join, string expected)
    {
        Assert.Equal(expected, AgentCommand.AddressOf(join).AbsoluteUri);
    }

    [Theory]
    [InlineData("http://silo:1")]
    [InlineData("://")]
    public void Join_OtherThanHttps_IsRefused(string join)
    {
        Assert.Equal(ExitCode.Usage, Assert.Throws<CliException>(() => AgentCommand.AddressOf(join)).ExitCode);
    }

    [Fact]
    public void Agent_ThatHasJoined_NeedsNoTokenToStartAgain()
    {
        var settings = new LocalAgentSettings { DataDirectory = directory, Gateway = new Uri("https://localhost"), Runtime = "process" };
        Assert.Throws<CliException>(() => AgentCommand.RequireIdentity(settings));
        Directory.CreateDirectory(Path.Combine(directory, "identity"));
        File.WriteAllText(Path.Combine(directory, "identity", "agent.crt"), "");

        AgentCommand.RequireIdentity(settings);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
