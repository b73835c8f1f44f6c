using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Grainhouse.Cli.Hosting;

namespace Grainhouse.Cli.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class ServiceManagerTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("grainhouse-cli-").FullName;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", null);
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UnderAServiceManager_ItIsTold(bool isAbstract)
    {
        var path = Path.Combine(directory, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{path}" : path));
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", isAbstract ? $"@{path}" : path);

        ServiceManager.TellReady();
        ServiceManager.TellStopping();

        Assert.Equal("READY=1", Receive(manager));
        Assert.Equal("STOPPING=1", Receive(manager));
    }

    [Fact]
    public void WithoutOne_NothingIsTold()
    {
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", null);

        ServiceManager.TellReady();
    }

    private static string Receive(Socket socket)
    {
        var buffer = new byte[256];
        return Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
    }
}
