using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Acceptance.Tests.BadInput.Frames;

/// <summary>A method of the gRPC services, and messages that it takes.</summary>
/// <param name="Path">Its path in HTTP/2.</param>
/// <param name="Streams">Whether it answers by a stream, which may go on for ever.</param>
/// <param name="Examples">What a client could send in one call; more than one where it sends a stream.</param>
internal sealed record GrpcMethod(string Path, bool Streams, IReadOnlyList<IMessage> Examples)
{
    private static readonly ObjectName Pod = new() { Type = new ResourceType { ApiVersion = "v1", Resource = "pods" }, Namespace = "default", Name = "a" };
    private static readonly ByteString Document = ByteString.CopyFromUtf8("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"a","image":"b"}]}}""");

    /// <summary>Each method that users and agents can call.</summary>
    /// <param name="node">Whose agent says what agents say.</param>
    public static IReadOnlyList<GrpcMethod> All(string node) =>
    [
        .. ObjectsReflection.Descriptor.Services[0].Methods.Select(method => Of(method, UsersSay(method.Name))),
        .. AgentReflection.Descriptor.Services[0].Methods.Select(method => Of(method, AgentsSay(method.Name, node))),
    ];

    private static GrpcMethod Of(MethodDescriptor method, IReadOnlyList<IMessage> examples) =>
        new($"/{method.Service.FullName}/{method.Name}", method.IsServerStreaming, examples);

    private static IReadOnlyList<IMessage> UsersSay(string method) => method switch
    {
        "Get" => [new GetRequest { Object = Pod, View = View.Both }],
        "List" => [new ListRequest { Type = Pod.Type, Namespace = "default", Selection = new Selection { Labels = "a=b", Fields = "metadata.name=a" }, Limit = 5 }],
        "Watch" => [new WatchRequest { Type = Pod.Type, Namespace = "default", ResourceVersion = "1", TimeoutSeconds = 1 }],
        "Create" => [new CreateRequest { Type = Pod.Type, Namespace = "default", Document = Document, Options = new WriteOptions { FieldManager = "a", DryRun = true } }],
        "Update" => [new UpdateRequest { Object = Pod, Document = Document }],
        "Patch" => [new PatchRequest { Object = Pod, Type = PatchRequest.Types.Type.Merge, Patch = Document }],
        "Apply" => [new ApplyRequest { Object = Pod, Document = Document, Force = true }],
        "Delete" => [new DeleteRequest { Object = Pod, GracePeriodSeconds = 0 }],
        "Evict" => [new EvictRequest { Namespace = "default", Pod = "a" }],
        "Logs" => [new Interfaces.Api.LogsRequest { Namespace = "default", Pod = "a", Follow = true }],
        "Exec" =>
        [
            new Interfaces.Api.ExecRequest { Start = new ExecStart { Namespace = "default", Pod = "a", Container = "a", Command = { "cat" }, Stdin = true, Tty = true } },
            new Interfaces.Api.ExecRequest { Stdin = ByteString.CopyFromUtf8("a") },
            new Interfaces.Api.ExecRequest { Resize = new ExecTerminalSize { Width = 80, Height = 24 } },
            new Interfaces.Api.ExecRequest { CloseStdin = new ExecInputEnd() },
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "has no example"),
    };

    private static IReadOnlyList<IMessage> AgentsSay(string method, string node) => method switch
    {
        "Join" => [new JoinRequest { NodeName = node, CertificateRequest = ByteString.CopyFrom(NodeIdentity.Request(node)) }],
        "Attach" =>
        [
            new AgentReport { Sequence = 1, Hello = new Hello { NodeName = node, AgentVersion = "1", Protocol = 1, Instance = "a" } },
            new AgentReport { Sequence = 2, Node = new NodeReport { Status = ByteString.CopyFromUtf8("""{"capacity":{"cpu":"1","pods":"10"}}"""), Labels = { ["a"] = "b" }, Taints = { "a=b:NoSchedule" } } },
            new AgentReport { Sequence = 3, Heartbeat = new Heartbeat { Node = new Usage { CpuNanocores = 1 }, Pods = { new PodUsage { PodUid = "a", Containers = { ["a"] = new Usage() } } } } },
            new AgentReport { Sequence = 4, Pods = new PodReports { Complete = true, Pods = { new PodReport { Uid = "a", Namespace = "default", Name = "a", Status = ByteString.CopyFromUtf8("""{"phase":"Running"}""") } } } },
            new AgentReport { Sequence = 5, Events = new EventReports { Events = { new EventReport { PodUid = "a", Namespace = "default", Name = "a", Type = "Normal", Reason = "Pulled", Message = "a" } } } },
        ],
        "Tunnel" => [new TunnelFrame { TunnelId = "a" }],
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "has no example"),
    };
}
