using System.Collections.Immutable;
using System.Text;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Tests.Pods;
using Grainhouse.HostAgent.Volumes;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.HostAgent.Tests.Volumes;

public sealed class VolumeTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("volume-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task ConfigMap_BecomesFiles_BehindALink()
    {
        var writer = Writer();
        var state = State(ConfigVolume());

        Assert.Equal("", await writer.PrepareAsync(state, state.Pod!, Objects("blue"), CancellationToken.None));

        var path = Path.Combine(directory, "uid-1", "volumes", "kubernetes.io~configmap", "conf");
        Assert.Equal("blue", await File.ReadAllTextAsync(Path.Combine(path, "color")));
        Assert.Equal("..data/color", new FileInfo(Path.Combine(path, "color")).LinkTarget);
        Assert.Equal(0b110_100_100, (int)File.GetUnixFileMode(Path.Combine(path, "..data", "color")));
    }

    [Fact]
    public async Task ConfigMap_ThatChanges_IsExchangedAsAWhole()
    {
        var writer = Writer();
        var state = State(ConfigVolume());
        await writer.PrepareAsync(state, state.Pod!, Objects("blue"), CancellationToken.None);
        var path = Path.Combine(directory, "uid-1", "volumes", "kubernetes.io~configmap", "conf");
        var before = new FileInfo(Path.Combine(path, "..data")).LinkTarget;

        await writer.PrepareAsync(state, state.Pod!, Objects("blue"), CancellationToken.None);
        Assert.Equal(before, new FileInfo(Path.Combine(path, "..data")).LinkTarget);
        await writer.PrepareAsync(state, state.Pod!, Objects("red"), CancellationToken.None);

        Assert.Equal("red", await File.ReadAllTextAsync(Path.Combine(path, "color")));
        Assert.NotEqual(before, new FileInfo(Path.Combine(path, "..data")).LinkTarget);
        Assert.Single(Directory.GetDirectories(path, "..0*"));
    }

    [Fact]
    public void Items_ChooseAndRename_WithTheirMode()
    {
        var state = State(new V1Volume
        {
            Name = "conf",
            ConfigMap = new V1ConfigMapVolumeSource { Name = "conf", Items = [new V1KeyToPath { Key = "color", Path = "sub/colour", Mode = 256 }] },
        });

        var files = Assert.IsType<VolumePlan.Files>(Assert.Single(VolumePlanner.Plan(state, state.Pod!, Objects("blue")).Plans));

        Assert.Equal(["sub/colour"], files.Content.Keys);
        Assert.Equal(256, files.Content["sub/colour"].Mode);
    }

    [Fact]
    public void Secret_ThatIsMissing_IsAnErrorUnlessOptional()
    {
        var needed = State(new V1Volume { Name = "s", Secret = new V1SecretVolumeSource { SecretName = "none" } });
        var optional = State(new V1Volume { Name = "s", Secret = new V1SecretVolumeSource { SecretName = "none", Optional = true } });

        Assert.Equal("MountVolume.SetUp failed for volume \"s\" : secret \"none\" not found", VolumePlanner.Plan(needed, needed.Pod!, Objects("x")).Error);
        Assert.Equal("", VolumePlanner.Plan(optional, optional.Pod!, Objects("x")).Error);
    }

    [Fact]
    public void Projected_JoinsItsSources()
    {
        var state = State(new V1Volume
        {
            Name = "all",
            Projected = new V1ProjectedVolumeSource
            {
                Sources =
                [
                    new V1VolumeProjection { ConfigMap = new V1ConfigMapProjection { Name = "conf" } },
                    new V1VolumeProjection
                    {
                        DownwardAPI = new V1DownwardAPIProjection
                        {
                            Items = [new V1DownwardAPIVolumeFile { Path = "labels", FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.labels" } }],
                        },
                    },
                ],
            },
        });

        var files = Assert.IsType<VolumePlan.Files>(Assert.Single(VolumePlanner.Plan(state, state.Pod!, Objects("blue")).Plans));

        Assert.Equal(["color", "labels"], files.Content.Keys);
        Assert.Equal("app=\"web\"", Encoding.UTF8.GetString(files.Content["labels"].Content.Span));
    }

    [Fact]
    public async Task HostPath_IsChecked_AndMadeWhereAskedFor()
    {
        var writer = Writer();
        var made = Path.Combine(directory, "made");
        var create = State(new V1Volume { Name = "h", HostPath = new V1HostPathVolumeSource { Path = made, Type = "DirectoryOrCreate" } });
        var missing = State(new V1Volume { Name = "h", HostPath = new V1HostPathVolumeSource { Path = "/nowhere/at/all", Type = "Directory" } });

        Assert.Equal("", await writer.PrepareAsync(create, create.Pod!, create.Objects, CancellationToken.None));
        var error = await writer.PrepareAsync(missing, missing.Pod!, missing.Objects, CancellationToken.None);

        Assert.True(Directory.Exists(made));
        Assert.Contains("hostPath type check failed: /nowhere/at/all is not a directory", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_TakesAllFiles()
    {
        var writer = Writer();
        var state = State(new V1Volume { Name = "e", EmptyDir = new V1EmptyDirVolumeSource { Medium = "Memory" } });
        await writer.PrepareAsync(state, state.Pod!, state.Objects, CancellationToken.None);
        Assert.True(Directory.Exists(Path.Combine(directory, "uid-1", "volumes", "kubernetes.io~empty-dir", "e")));

        await writer.RemoveAsync("uid-1", CancellationToken.None);

        Assert.False(Directory.Exists(Path.Combine(directory, "uid-1")));
    }

    private VolumeWriter Writer() => new(directory, new MemoryMounts(NullLogger<MemoryMounts>.Instance));

    private PodState State(V1Volume volume) => PodState.New(PodLab.Facts with { PodsDirectory = directory }, new PodIdentity("uid-1", "default", "web"), PodLab.Start) with
    {
        Pod = PodLab.Pod(pod => pod.Spec.Volumes = [volume]),
    };

    private static V1Volume ConfigVolume() => new() { Name = "conf", ConfigMap = new V1ConfigMapVolumeSource { Name = "conf" } };

    private static ImmutableDictionary<ConfigName, ConfigData> Objects(string color) => ImmutableDictionary<ConfigName, ConfigData>.Empty.Add(
        new ConfigName(ConfigName.ConfigMaps, "default", "conf"),
        new ConfigData(1, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("color", Encoding.UTF8.GetBytes(color))));
}
