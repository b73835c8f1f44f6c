using System.Collections.Immutable;
using System.Reflection;
using Google.Protobuf;
using Grainhouse.Grains;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Orleans;
using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Grainhouse.Contracts.Tests.Messages;

/// <summary>One of each message that silos send each other, with no field at its default.</summary>
internal static class Samples
{
    private static readonly ObjectKey Pod = new("pods", "default", "web-0");
    private static readonly ReadOnlyMemory<byte> Document = "{\"metadata\":{\"name\":\"web-0\"}}"u8.ToArray();

    private static readonly NodeDirective Directive = new()
    {
        Sequence = 7,
        Snapshot = new Snapshot
        {
            Pods = { new PodOrder { Uid = "u1", Revision = 12, Pod = ByteString.CopyFromUtf8("{\"kind\":\"Pod\"}") } },
            Objects = { new ConfigObject { Key = new ConfigKey { Resource = "configmaps", Namespace = "default", Name = "c" }, Revision = 13, Document = ByteString.CopyFromUtf8("{}") } },
            Settings = new Settings { HeartbeatMs = 1000, LeaseMs = 5000, Gateways = { "https://10.0.0.1:6443" } },
        },
    };

    private static readonly Heartbeat Beat = new()
    {
        Node = new Usage { CpuNanocores = 1, MemoryBytes = 2 },
        Pods = { new PodUsage { PodUid = "u1", Containers = { ["main"] = new Usage { CpuNanocores = 3, MemoryBytes = 4 } } } },
    };

    private static readonly Hello Greeting = new() { NodeName = "n1", AgentVersion = "0.1.0", Protocol = 1, Instance = "i" };

    private static readonly AgentReport Report = new()
    {
        Sequence = 9,
        Pods = new PodReports { Complete = true, Pods = { new PodReport { Uid = "u1", Namespace = "default", Name = "web-0", Status = ByteString.CopyFromUtf8("{}"), Finished = true } } },
    };

    private static readonly TunnelRequest Tunnel = new()
    {
        Id = "t", Gateway = "https://10.0.0.1:6443", PodUid = "u1", Container = "main",
        Logs = new LogsRequest { Follow = true, Previous = true, Timestamps = true, TailLines = 1, LimitBytes = 2, SinceUnixMs = 3 },
    };

    private static readonly ApiStatus Status = new(409, "Conflict", "the object has been modified")
    {
        Name = "web-0", Group = "apps", Kind = "pods", Uid = "u1", RetryAfterSeconds = 2, Causes = [new StatusCause(CauseReasons.Invalid, "must not be empty", "spec.nodeName")],
    };

    private static readonly object[] Values =
    [
        Pod,
        new KubeObject(Pod, 42, Document),
        Status.Causes[0],
        Status,
        new WriteOptions { DryRun = true, FieldManager = "kubectl", FieldValidation = FieldValidation.Strict, Subresource = "status" },
        new DeletionOptions { GracePeriodSeconds = 30, Propagation = DeletionPropagation.Orphan, Uid = "u1", Revision = 42, DryRun = true },
        new ObjectResult { Object = new KubeObject(Pod, 42, Document), Error = Status, Gone = true, Warnings = ["careful"] },
        new PodClaim(Pod, "u1", 42),
        new PodVerdict("u1", true, "Insufficient cpu"),
        Directive,
        Beat,
        Greeting,
        Report,
        Tunnel,
        new StoreUnavailableException("The database is away."),
        new MalformedReportException("the reported status cannot be read"),
    ];

    // What stands for a parameter of each type.
    private static readonly Dictionary<Type, object> Arguments = new()
    {
        [typeof(string)] = "instance",
        [typeof(long)] = 42L,
        [typeof(bool)] = true,
        [typeof(KubeObject)] = new KubeObject(Pod, 42, Document),
        [typeof(PatchType)] = PatchType.StrategicMerge,
        [typeof(ReadOnlyMemory<byte>)] = Document,
        [typeof(WriteOptions)] = Values[4],
        [typeof(DeletionOptions)] = Values[5],
        [typeof(ImmutableArray<PodClaim>)] = ImmutableArray.Create((PodClaim)Values[7]),
        [typeof(Immutable<Hello>)] = Greeting.AsImmutable(),
        [typeof(Immutable<AgentReport>)] = Report.AsImmutable(),
        [typeof(Immutable<TunnelRequest>)] = Tunnel.AsImmutable(),
    };

    /// <summary>The assemblies whose types cross between silos.</summary>
    public static ImmutableArray<Assembly> Assemblies { get; } = [typeof(ObjectKey).Assembly, typeof(GrainOptions).Assembly];

    /// <summary>All types that may stand in a message. Requests are generated, and named by the aliases of their methods.</summary>
    public static ImmutableArray<Type> Types { get; } =
    [
        .. Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null && !type.IsAssignableTo(typeof(IInvokable))),
    ];

    /// <summary>All grain interfaces.</summary>
    public static ImmutableArray<Type> Interfaces { get; } =
        [.. Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))];

    /// <summary>The samples, each with the name of its file.</summary>
    public static IEnumerable<(string Name, object Message)> All() =>
    [
        .. Values.Select(value => (value.GetType().Name, value)),
        .. Calls().Select(call => ($"{call.GetInterfaceType().Name}.{call.GetMethodName()}", (object)call)),
    ];

    // A request is a class that is generated for its method.
    private static IEnumerable<IInvokable> Calls()
    {
        foreach (var type in Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsAssignableTo(typeof(IInvokable)) && !type.IsAbstract))
        {
            var call = (IInvokable)Activator.CreateInstance(type)!;
            var index = 0;
            foreach (var parameter in call.GetMethod().GetParameters().Where(parameter => parameter.ParameterType != typeof(CancellationToken)))
            {
                Assert.True(Arguments.TryGetValue(parameter.ParameterType, out var argument), $"Say in Samples what stands for a {parameter.ParameterType} ({call.GetMethodName()}).");
                call.SetArgument(index++, argument);
            }

            yield return call;
        }
    }
}
