using System.Formats.Tar;

namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>Images made on the spot from the machine's static busybox, so that no registry is needed.</summary>
internal static class TestImages
{
    public const string One = "grainhouse-test/busybox:1";
    public const string Two = "grainhouse-test/busybox:2";
    public const string Three = "grainhouse-test/busybox:3";

    private static readonly string[] Applets =
    [
        "sh", "httpd", "nc", "sleep", "cat", "echo", "env", "hostname", "ls", "mkdir", "rm", "touch", "test", "true", "false",
        "date", "kill", "ps", "seq", "wget", "id", "ip", "head", "tail", "grep", "tar", "sha256sum", "yes",
    ];

    private static readonly SemaphoreSlim Turn = new(1);
    private static bool made;

    /// <summary>Makes the images, once a run.</summary>
    public static async Task EnsureAsync()
    {
        await Turn.WaitAsync();
        try
        {
            if (!made)
            {
                await MakeAsync();
                made = true;
            }
        }
        finally
        {
            Turn.Release();
        }
    }

    private static async Task MakeAsync()
    {
        using var directory = new TemporaryDirectory();
        var archive = Path.Combine(directory.Path, "busybox.tar");
        await WriteRootAsync(archive, Requirements.FindOnPath("busybox")!);
        await DockerCli.OkAsync("import", "--change", "CMD [\"sh\"]", archive, One);
        await DockerCli.OkAsync("tag", One, Two);
        await DockerCli.OkAsync("tag", One, Three);
    }

    private static async Task WriteRootAsync(string archive, string busybox)
    {
        await using var stream = File.Create(archive);
        await using var tar = new TarWriter(stream, TarEntryFormat.Pax);
        foreach (var directory in new[] { "bin/", "tmp/", "etc/", "proc/", "sys/", "dev/" })
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, directory) { Mode = (UnixFileMode)0b111_111_111 });
        }

        await using var binary = File.OpenRead(busybox);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "bin/busybox") { Mode = (UnixFileMode)0b111_101_101, DataStream = binary });
        foreach (var applet in Applets)
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "busybox" });
        }
    }
}
