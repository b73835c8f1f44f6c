using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Testing.Fuzzing;
using Grpc.Core;
using Xunit.Sdk;

namespace Grainhouse.Acceptance.Tests.BadInput.Frames;

/// <summary>Any bytes as the body of any gRPC call: each ends in a status that says what was wrong with them. <c>GRAINHOUSE_FUZZ_SECONDS</c> makes the search longer.</summary>
public sealed class GrpcFrameTests : IAsyncLifetime, IDisposable
{
    private const string Node = "any-bytes";
    private const string Failure = "Error when executing service method";
    private const long MostBytes = 2L << 30;

    // What the gRPC library throws, and logs, for a message that is none, and for frames that end in the middle.
    private static readonly string[] LibraryErrors = ["InvalidProtocolBufferException", "InvalidDataException", "IOException"];

    private static readonly IReadOnlyList<GrpcMethod> Methods = GrpcMethod.All(Node);
    private Cluster cluster = null!;
    private GrpcCaller user = null!;
    private GrpcCaller agent = null!;

    public async Task InitializeAsync()
    {
        cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process" });
        user = new GrpcCaller(cluster.Kubeconfig, Token("admin.token"), certificate: null);
        using var joins = new GrpcCaller(cluster.Kubeconfig, Token("join.token"), certificate: null);
        var join = Methods.Single(method => method.Path.EndsWith("/Join", StringComparison.Ordinal));
        var answer = JoinResponse.Parser.ParseFrom(await joins.AskAsync(join.Path, join.Examples[0].ToByteArray()));
        agent = new GrpcCaller(cluster.Kubeconfig, Token("join.token"), NodeIdentity.Certificate(answer.Certificate.ToByteArray()));
    }

    [RealFact(Needs.Nothing)]
    public async Task Calls_AnyBytes_EndInAStatusOfTheirOwn()
    {
        string[] words = ["v1", "pods", "nodes", "apps/v1", "default", "status", "{}", """{"metadata":{"name":"a"}}""", "metadata.name=a", "1", "\u0000\u0000\u0000\u0000\u0000"];
        await FuzzRun.RunAsync(new FuzzTarget([.. Enumerable.Range(0, Methods.Count).SelectMany(Seeds)], [.. words.Select(Encoding.UTF8.GetBytes)], TakeAsync));

        Assert.InRange(PeakMemory(), 0, MostBytes);
        (await cluster.Api.GetAsync("/readyz")).Ok();
    }

    public async Task DisposeAsync() => await cluster.DisposeAsync();

    public void Dispose()
    {
        user.Dispose();
        agent.Dispose();
    }

    // The first byte says which method, the second whether the rest is one message, or frames as they are.
    private static IEnumerable<byte[]> Seeds(int method)
    {
        byte[][] messages = [.. Methods[method].Examples.Select(example => example.ToByteArray())];
        yield return [(byte)method, 0, .. messages.SelectMany(GrpcCaller.Frame)];
        foreach (var message in messages)
        {
            yield return [(byte)method, 1, .. message];
        }
    }

    private async Task<string> TakeAsync(byte[] input)
    {
        if (input.Length < 2)
        {
            return "short";
        }

        var method = Methods[input[0] % Methods.Count];
        var isMessage = input[1] % 2 == 1;
        var caller = method.Path.Contains(nameof(AgentGateway), StringComparison.Ordinal) ? agent : user;
        var newest = cluster.Process.Lines.LastOrDefault();
        if (await caller.TryAsync(method, isMessage ? GrpcCaller.Frame(input[2..]) : input[2..]) is not { } status)
        {
            return $"{method.Path} goes on";
        }

        switch (status.StatusCode)
        {
            case StatusCode.Unknown:
                // The library's word for all that is thrown: the log tells what is the input's fault from what is ours.
                var failure = await FailureAfterAsync(newest);
                Assert.True(LibraryErrors.Any(error => failure.Contains(error, StringComparison.Ordinal)), failure);
                break;
            case StatusCode.Internal when isMessage:
            case StatusCode.Unavailable:
                throw new XunitException($"{method.Path}: {status}");
        }

        return $"{method.Path} {status}";
    }

    private async Task<string> FailureAfterAsync(string? line) => await Eventually.GetAsync(
        "the failure in the log",
        () => Task.FromResult(cluster.Process.Lines.Reverse().TakeWhile(newer => !ReferenceEquals(newer, line)).FirstOrDefault(newer => newer.Contains(Failure, StringComparison.Ordinal)) ?? ""),
        failure => failure.Length > 0,
        TimeSpan.FromSeconds(10));

    private string Token(string name) => File.ReadAllText(Path.Combine(cluster.DataDirectory, "pki", name)).Trim();

    // The most that the cluster's process ever had in memory, in bytes.
    private long PeakMemory()
    {
        var peak = File.ReadLines($"/proc/{cluster.Process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
