using Grainhouse.Fuzz.Tests.Targets;
using Grainhouse.Testing.Fuzzing;

namespace Grainhouse.Fuzz.Tests;

/// <summary>Everything that takes bytes from outside, searched for an input that it cannot take. <c>GRAINHOUSE_FUZZ_SECONDS</c> makes the search longer.</summary>
public sealed class DecoderTests
{
    [Fact]
    public Task Documents_AnyJson_TakenOrRefused() => FuzzRun.RunAsync(Documents.Target);

    [Fact]
    public Task Yaml_AnyText_TakenOrRefused() => FuzzRun.RunAsync(Yaml.Target);

    [Fact]
    public Task Patches_AnyPatch_TakenOrRefused() => FuzzRun.RunAsync(Patches.Target);

    [Fact]
    public Task Selectors_AnyText_TakenOrRefused() => FuzzRun.RunAsync(Selectors.Target);

    [Fact]
    public Task Protobuf_AnyBody_TakenOrRefused() => FuzzRun.RunAsync(ProtobufBodies.Target);

    [Fact]
    public Task Spdy_AnyFrames_EndInOrderOrInAnError() => FuzzRun.RunAsync(SpdyTraffic.Target);

    [Fact]
    public Task WebSocket_AnyFrames_EndInOrderOrInAnError() => FuzzRun.RunAsync(ChannelTraffic.Target);

    [Fact]
    public Task Requests_AnyPathQueryAndAccept_TakenOrRefused() => FuzzRun.RunAsync(Requests.Target);
}
