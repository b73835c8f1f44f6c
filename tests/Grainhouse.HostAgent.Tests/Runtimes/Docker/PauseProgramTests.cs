using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Grainhouse.HostAgent.Runtimes.Docker;

namespace Grainhouse.HostAgent.Tests.Runtimes.Docker;

public sealed class PauseProgramTests
{
    [UnsupportedOSPlatform("windows")]
    [Fact]
    public async Task Program_OnThisMachine_RunsUntilItIsKilled()
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        var path = Path.Combine(Path.GetTempPath(), $"grainhouse-pause-{Guid.NewGuid():n}");
        await File.WriteAllBytesAsync(path, PauseProgram.BuildElf(architecture));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            using var process = Process.Start(path);

            Assert.False(process.WaitForExit(TimeSpan.FromMilliseconds(100)));
            process.Kill();
            await process.WaitForExitAsync();

            Assert.Equal(137, process.ExitCode);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Architecture_Unknown_IsRefused() => Assert.False(PauseProgram.Supports("s390x"));
}
