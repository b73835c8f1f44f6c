using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Grainhouse.HostAgent.Tests.Runtimes.Docker;

/// <summary>The image of the Docker tests: busybox, made from this machine's own static one where it is missing, so that no registry is needed.</summary>
internal static class DockerTestImage
{
    public const string Name = "busybox:latest";

    private const string StaticBusybox = "/bin/busybox";
    private static readonly string[] Applets = ["sh", "sleep", "echo", "head", "tr", "yes", "grep", "true", "cat", "httpd", "nc", "hostname", "printf", "wget", "ls", "dd"];

    public static async Task EnsureAsync()
    {
        using var configuration = new DockerClientConfiguration(new Uri("unix:///var/run/docker.sock"));
        using var client = configuration.CreateClient();
        try
        {
            await client.Images.InspectImageAsync(Name);
            return;
        }
        catch (DockerImageNotFoundException)
        {
            Assert.True(File.Exists(StaticBusybox), $"The image {Name} is missing, and so is {StaticBusybox} to make it from (Debian: busybox-static).");
        }

        using var tar = await BuildTarAsync();
        await client.Images.CreateImageAsync(
            new ImagesCreateParameters { FromSrc = "-", Repo = "busybox", Tag = "latest", Changes = ["CMD [\"sh\"]"] },
            tar,
            new AuthConfig(),
            new Progress<JSONMessage>());
    }

    private static async Task<MemoryStream> BuildTarAsync()
    {
        var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            await writer.WriteEntryAsync(StaticBusybox, "bin/busybox");
            foreach (var applet in Applets)
            {
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "busybox" });
            }

            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "tmp")
            {
                Mode = (UnixFileMode)0b111_111_111 | UnixFileMode.StickyBit,
            });
        }

        tar.Position = 0;
        return tar;
    }
}
