using System.Collections.Immutable;
using System.Text;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;
using k8s;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Pods;

/// <summary>Steps one pod by hand, under a clock of its own, and answers its actions as a perfect runtime would if asked to.</summary>
internal sealed class PodLab
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Queue<PodAction> waiting = new();
    private int nextId;

    public PodLab(NodeFacts? facts = null) =>
        State = PodState.New(facts ?? Facts, new PodIdentity("uid-1", "default", "web"), Start);

    public static NodeFacts Facts { get; } = new()
    {
        NodeName = "node-a",
        Address = "10.0.0.1",
        Runtime = "docker",
        PodsDirectory = "/data/pods",
        CpuMillis = 4000,
        MemoryBytes = 8L << 30,
    };

    public DateTimeOffset Now { get; set; } = Start;

    public PodState State { get; private set; }

    public List<PodAction> Log { get; } = [];

    public ImmutableDictionary<ConfigName, ConfigData> Objects { get; set; } = ImmutableDictionary<ConfigName, ConfigData>.Empty;

    public HashSet<string> Images { get; } = new(StringComparer.Ordinal) { "busybox:1.36" };

    public Dictionary<string, string> StartErrors { get; } = new(StringComparer.Ordinal);

    public Func<PodInput.Started, PodInput.Started> StartsWith { get; set; } = started => started;

    public Func<ProbeKind, string, bool> ProbeAnswers { get; set; } = (_, _) => true;

    public IEnumerable<PodAction.Report> Events => Log.OfType<PodAction.Report>();

    public V1PodStatus Status
    {
        get
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            PodStatusWriter.Write(State, buffer);
            return KubernetesJson.Deserialize<V1PodStatus>(Encoding.UTF8.GetString(buffer.WrittenSpan));
        }
    }

    public V1ContainerStatus Web => Status.ContainerStatuses.Single(status => status.Name == "web");

    public ContainerRecord Record(string name) => State.Containers.Single(container => container.Name == name);

    public static V1Pod Pod(Action<V1Pod>? change = null)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default", Uid = "uid-1", Labels = new Dictionary<string, string> { ["app"] = "web" } },
            Spec = new V1PodSpec
            {
                RestartPolicy = "Always",
                TerminationGracePeriodSeconds = 30,
                Containers = [new V1Container { Name = "web", Image = "busybox:1.36", Command = ["sleep", "1d"], ImagePullPolicy = "IfNotPresent" }],
            },
        };
        change?.Invoke(pod);
        return pod;
    }

    public ImmutableArray<PodAction> Step(PodInput input)
    {
        var (next, actions) = PodStepper.Step(State, input, Now);
        State = next;
        Log.AddRange(actions);
        foreach (var action in actions)
        {
            waiting.Enqueue(action);
        }

        return actions;
    }

    public void Order(V1Pod pod, long revision = 1) => Step(new PodInput.Ordered(pod, revision, Objects));

    public PodLab Run(V1Pod pod)
    {
        Order(pod);
        Settle();
        return this;
    }

    /// <summary>Answers all actions that wait, and those that follow, but no probes of later times.</summary>
    public void Settle()
    {
        while (waiting.TryDequeue(out var action))
        {
            if (Answer(action) is { } answer)
            {
                Step(answer);
            }
        }
    }

    /// <summary>Lets time pass, waking the pod whenever it asked for it.</summary>
    public void Pass(double seconds)
    {
        var until = Now + TimeSpan.FromSeconds(seconds);
        while (State.WakeAt is { } wake && wake <= until)
        {
            Now = wake > Now ? wake : Now;
            Step(PodInput.Tick.Instance);
            Settle();
        }

        Now = until;
    }

    public void Exit(string name, int code)
    {
        var record = Record(name);
        Step(new PodInput.ContainerObserved(Exited(record, code), ""));
        Settle();
    }

    public void Delete(long grace = 30) => Order(Deleted(State.Pod!, grace), State.Revision + 1);

    public static V1Pod Deleted(V1Pod pod, long grace)
    {
        var copy = KubernetesJson.Deserialize<V1Pod>(KubernetesJson.Serialize(pod));
        copy.Metadata.DeletionTimestamp = Start.UtcDateTime;
        copy.Metadata.DeletionGracePeriodSeconds = grace;
        return copy;
    }

    public ContainerState Exited(ContainerRecord record, int code) => new()
    {
        Id = record.RuntimeId,
        Name = record.Name,
        Attempt = record.Attempt,
        Phase = ContainerPhase.Exited,
        StartedAt = record.StartedAt,
        FinishedAt = Now,
        ExitCode = code,
    };

    public SandboxState Sandbox(bool running, params ContainerState[] containers) =>
        new("s0", State.Identity, 0, running, "172.17.0.2", Start, [.. containers]);

    public PodInput? Answer(PodAction action) => action switch
    {
        PodAction.PrepareVolumes prepare => Volumes(prepare),
        PodAction.EnsureSandbox ensure => new PodInput.SandboxReady(new SandboxState($"s{ensure.Spec.Attempt}", ensure.Spec.Pod, ensure.Spec.Attempt, true, "172.17.0.2", Now, [])),
        PodAction.RemoveSandbox => new PodInput.SandboxRemoved(),
        PodAction.RemoveFiles => new PodInput.FilesRemoved(),
        PodAction.FindImage find => new PodInput.ImageFound(find.Container, Images.Contains(find.Image) ? $"sha256:{find.Image}" : null),
        PodAction.PullImage pull => Images.Contains(pull.Image)
            ? new PodInput.ImagePulled(pull.Container, $"sha256:{pull.Image}", 1000, TimeSpan.FromSeconds(1))
            : new PodInput.ImageFailed(pull.Container, RuntimeErrorKind.ImageNotFound, "no such image"),
        PodAction.StartContainer start => StartOf(start.Spec),
        PodAction.StopContainer stop => Stopped(stop),
        PodAction.RunHook hook => new PodInput.HookDone(hook.ContainerId, hook.Kind, ""),
        PodAction.RunProbe probe => ProbeAnswers(probe.Kind, NameOf(probe.ContainerId))
            ? new PodInput.Probed(probe.ContainerId, probe.Kind, ProbeOutcome.Success, "")
            : new PodInput.Probed(probe.ContainerId, probe.Kind, ProbeOutcome.Failure, "failed: no"),
        _ => null,
    };

    private string NameOf(string id) => State.Containers.Single(container => container.RuntimeId == id).Name;

    private PodInput Volumes(PodAction.PrepareVolumes prepare)
    {
        var planned = Grainhouse.HostAgent.Volumes.VolumePlanner.Plan(State, prepare.Pod, prepare.Objects);
        return planned.Error.Length == 0 ? new PodInput.VolumesPrepared() : new PodInput.VolumesFailed(planned.Error);
    }

    private PodInput StartOf(ContainerSpec spec)
    {
        if (StartErrors.TryGetValue(spec.Name, out var error))
        {
            return new PodInput.StartFailed(spec.Name, spec.Attempt, RuntimeErrorKind.Start, error);
        }

        return StartsWith(new PodInput.Started(spec.Name, new ContainerState
        {
            Id = $"c{++nextId}",
            Name = spec.Name,
            Attempt = spec.Attempt,
            Phase = ContainerPhase.Running,
            StartedAt = Now,
        }));
    }

    private PodInput.ContainerObserved? Stopped(PodAction.StopContainer stop)
    {
        var record = State.Containers.SingleOrDefault(container => container.RuntimeId == stop.ContainerId);
        return record is { IsRunning: true } ? new PodInput.ContainerObserved(Exited(record, 143), "") : null;
    }
}
