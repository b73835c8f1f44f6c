using System.Text.Json;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Planning.Tests.Scheduling;

public sealed class PodRequestsTests
{
    private const string Main = """{"name":"a","resources":{"requests":{"cpu":"200m","memory":"1Gi","ephemeral-storage":"1G"}}}""";
    private const string Small = """{"name":"b","resources":{"requests":{"cpu":0.1,"memory":1000}}}""";

    [Fact]
    public void Of_Containers_AddsThemUp()
    {
        var requests = Of($$"""{"containers":[{{Main}},{{Small}}]}""");

        Assert.Equal(300, requests.CpuMillis);
        Assert.Equal((1L << 30) + 1000, requests.MemoryBytes);
        Assert.Equal(1_000_000_000, requests.EphemeralStorageBytes);
    }

    [Fact]
    public void Of_InitContainerLargerThanTheSum_TakesIt()
    {
        var requests = Of($$$$$$"""{"containers":[{{{{{{Main}}}}}}],"initContainers":[{"resources":{"requests":{"cpu":"2","memory":"1Mi"}}}]}""");

        Assert.Equal(2000, requests.CpuMillis);
        Assert.Equal(1L << 30, requests.MemoryBytes);
    }

    [Fact]
    public void Of_Sidecar_RunsBesideContainersAndLaterInitContainers()
    {
        const string Sidecar = """{"restartPolicy":"Always","resources":{"requests":{"cpu":"500m"}}}""";
        const string Init = """{"resources":{"requests":{"cpu":"1"}}}""";

        Assert.Equal(1500, Of($$"""{"containers":[{{Main}}],"initContainers":[{{Sidecar}},{{Init}}]}""").CpuMillis);
        Assert.Equal(1000, Of($$"""{"containers":[{{Main}}],"initContainers":[{{Init}},{{Sidecar}}]}""").CpuMillis);
        Assert.Equal(700, Of($$"""{"containers":[{{Main}}],"initContainers":[{{Sidecar}}]}""").CpuMillis);
    }

    [Fact]
    public void Of_Overhead_ComesOnTop() =>
        Assert.Equal(250, Of($$$$$$"""{"containers":[{{{{{{Main}}}}}}],"overhead":{"cpu":"50m"}}""").CpuMillis);

    [Fact]
    public void Of_LimitWithoutRequest_IsTheRequest()
    {
        var requests = Of("""{"containers":[{"resources":{"limits":{"cpu":"1","nvidia.com/gpu":2}}}]}""");

        Assert.Equal(1000, requests.CpuMillis);
        Assert.Equal(new ExtendedResource("nvidia.com/gpu", 2), Assert.Single(requests.Extended));
    }

    [Fact]
    public void Of_AmountsBeyondAllMachines_StayComparable()
    {
        var requests = Of("""{"containers":[{"resources":{"requests":{"memory":"8Ei"}}},{"resources":{"requests":{"memory":"8Ei"}}}]}""");

        Assert.True(requests.MemoryBytes > 1L << 50);
    }

    [Fact]
    public void NonZeroOf_MissingRequests_CountDefaults()
    {
        using var spec = JsonDocument.Parse($$$$$$"""{"containers":[{{{{{{Main}}}}}},{"name":"nothing"},{"resources":{"requests":{"cpu":"0"}}}]}""");

        var requests = PodRequests.NonZeroOf(spec.RootElement);

        Assert.Equal(200 + 100 + 0, requests.CpuMillis);
        Assert.Equal((1L << 30) + (2 * 200L * 1024 * 1024), requests.MemoryBytes);
    }

    private static Requests Of(string spec)
    {
        using var parsed = JsonDocument.Parse(spec);
        return PodRequests.Of(parsed.RootElement);
    }
}
