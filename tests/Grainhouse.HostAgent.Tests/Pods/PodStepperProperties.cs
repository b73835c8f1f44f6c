using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;
using k8s;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Pods;

/// <summary>What must never happen, whatever the order in which a pod is told things.</summary>
public sealed class PodStepperProperties
{
    public static TheoryData<int> Seeds
    {
        get
        {
            var seeds = new TheoryData<int>();
            for (var seed = 0; seed < 10; seed++)
            {
                seeds.Add(seed);
            }

            return seeds;
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void AnyHistory_KeepsTheRules_AndComesToAnEnd(int block)
    {
        for (var seed = block * 100; seed < (block + 1) * 100; seed++)
        {
            new History(seed).Play();
        }
    }

    /// <summary>One random life: answers come late, in any order, or as failures; containers die; orders and listings come at any time, late and doubled.</summary>
    private sealed class History(int seed)
    {
        private readonly Random random = new(seed);
        private readonly List<PodInput> pending = [];
        private readonly Dictionary<string, ContainerState> containers = new(StringComparer.Ordinal);
        private readonly List<string> told = [];
        private PodState state = PodState.New(PodLab.Facts, new PodIdentity("uid-1", "default", "web"), PodLab.Start);
        private DateTimeOffset now = PodLab.Start;
        private SandboxState? sandbox;
        private V1Pod pod = PodLab.Pod();
        private long revision = 1;
        private int nextId;

        public void Play()
        {
            pod = PodLab.Pod(Shape);
            Tell(new PodInput.Ordered(pod, revision, state.Objects));
            for (var step = 0; step < 150; step++)
            {
                Disturb();
                TellOne(mayRepeat: true);
            }

            // The disturbances stop; a deleted pod must now end, cleaned up.
            Tell(new PodInput.Ordered(PodLab.Deleted(pod, 10), ++revision, state.Objects));
            for (var step = 0; step < 2_000 && !state.Finished; step++)
            {
                if (pending.Count > 0)
                {
                    TellOne(mayRepeat: false);
                    continue;
                }

                Check(state.WakeAt is not null, "the pod neither waits for an answer nor for a time, but is not finished");
                now = state.WakeAt > now ? state.WakeAt.Value : now;
                Tell(PodInput.Tick.Instance);
            }

            Check(state.Finished, "the pod did not finish");
            Check(sandbox is null && containers.Values.All(container => container.Phase == ContainerPhase.Exited), "something still runs");
        }

        private void Shape(V1Pod shaped)
        {
            shaped.Spec.RestartPolicy = new[] { "Always", "OnFailure", "Never" }[random.Next(3)];
            shaped.Spec.Containers.Add(new V1Container { Name = "second", Image = "busybox:1.36", Command = ["x"] });
            if (random.Next(2) == 0)
            {
                shaped.Spec.InitContainers = [new V1Container { Name = "init", Image = "busybox:1.36", Command = ["x"], RestartPolicy = random.Next(3) == 0 ? "Always" : null }];
            }

            if (random.Next(2) == 0)
            {
                shaped.Spec.Containers[0].LivenessProbe = new V1Probe { PeriodSeconds = 1, FailureThreshold = 2, Exec = new V1ExecAction { Command = ["x"] } };
                shaped.Spec.Containers[0].ReadinessProbe = new V1Probe { PeriodSeconds = 1, Exec = new V1ExecAction { Command = ["x"] } };
            }

            if (random.Next(3) == 0)
            {
                shaped.Spec.Containers[0].Lifecycle = new V1Lifecycle
                {
                    PreStop = new V1LifecycleHandler { Exec = new V1ExecAction { Command = ["x"] } },
                    PostStart = new V1LifecycleHandler { Exec = new V1ExecAction { Command = ["x"] } },
                };
            }
        }

        private void Disturb()
        {
            now += TimeSpan.FromSeconds(random.Next(20) == 0 ? random.Next(60) : random.NextDouble());
            switch (random.Next(14))
            {
                case 0 when Running() is { } victim:
                    End(victim, random.Next(2));
                    pending.Add(new PodInput.ContainerObserved(containers[victim], ""));
                    break;
                case 1 when Running() is { } silent:
                    End(silent, 137);
                    break;
                case 2:
                    pending.Add(new PodInput.Observed(Listing(), now));
                    break;
                case 3 when sandbox is not null && random.Next(3) == 0:
                    sandbox = sandbox with { Running = false };
                    foreach (var id in containers.Keys.ToList())
                    {
                        End(id, 137);
                    }

                    break;
                case 4 when random.Next(10) == 0:
                    Tell(new PodInput.Ordered(PodLab.Deleted(pod, random.Next(40)), ++revision, state.Objects));
                    break;
                case 5:
                    Tell(new PodInput.Ordered(pod, revision - 1, state.Objects));
                    break;
                case 7 when random.Next(8) == 0 && pod.Spec.EphemeralContainers is null:
                    pod = KubernetesJson.Deserialize<V1Pod>(KubernetesJson.Serialize(pod));
                    pod.Spec.EphemeralContainers =
                        [new V1EphemeralContainer { Name = "debugger", Image = "busybox:1.36", Command = ["x"], TargetContainerName = random.Next(2) == 0 ? "web" : null }];
                    Tell(new PodInput.Ordered(pod, ++revision, state.Objects));
                    break;
                case 6 when state.WakeAt <= now:
                    Tell(PodInput.Tick.Instance);
                    break;
            }
        }

        private string? Running() => containers.Values.FirstOrDefault(container => container.Phase == ContainerPhase.Running)?.Id;

        private SandboxState? Listing() => sandbox is null ? null : sandbox with { Containers = [.. containers.Values] };

        private void End(string id, int code)
        {
            if (containers.TryGetValue(id, out var running) && running.Phase == ContainerPhase.Running)
            {
                containers[id] = running with { Phase = ContainerPhase.Exited, ExitCode = code, FinishedAt = now };
            }
        }

        private void TellOne(bool mayRepeat)
        {
            if (pending.Count == 0)
            {
                return;
            }

            var index = random.Next(pending.Count);
            var input = pending[index];
            if (!mayRepeat || input is not (PodInput.Observed or PodInput.ContainerObserved) || random.Next(5) != 0)
            {
                pending.RemoveAt(index);
            }

            Tell(input);
        }

        private void Tell(PodInput input)
        {
            told.Add($"{(now - PodLab.Start).TotalSeconds:0.0} {input.GetType().Name}");
            var before = state;
            (state, var actions) = PodStepper.Step(state, input, now);
            Check(state.Phase >= before.Phase, $"the phase went back from {before.Phase} to {state.Phase}");
            Check(!before.Finished || state.Finished, "a finished pod came back");
            foreach (var action in actions)
            {
                Answer(action);
            }
        }

        private void Answer(PodAction action)
        {
            switch (action)
            {
                case PodAction.PrepareVolumes:
                    pending.Add(random.Next(10) == 0 ? new PodInput.VolumesFailed("x") : new PodInput.VolumesPrepared());
                    break;
                case PodAction.EnsureSandbox ensure:
                    Check(sandbox is null || sandbox.Attempt == ensure.Spec.Attempt, "a second sandbox beside the first");
                    sandbox ??= new SandboxState($"s{ensure.Spec.Attempt}", ensure.Spec.Pod, ensure.Spec.Attempt, true, "1.2.3.4", now, []);
                    pending.Add(new PodInput.SandboxReady(sandbox));
                    break;
                case PodAction.RemoveSandbox:
                    Check(containers.Values.All(container => container.Phase == ContainerPhase.Exited) || !sandbox!.Running || state.Unwanted, "a sandbox was removed under a running container");
                    if (random.Next(5) == 0)
                    {
                        pending.Add(new PodInput.SandboxRemoveFailed("x"));
                        break;
                    }

                    sandbox = null;
                    containers.Clear();
                    pending.Add(new PodInput.SandboxRemoved());
                    break;
                case PodAction.RemoveFiles:
                    pending.Add(new PodInput.FilesRemoved());
                    break;
                case PodAction.FindImage find:
                    pending.Add(new PodInput.ImageFound(find.Container, random.Next(3) == 0 ? null : "sha256:x"));
                    break;
                case PodAction.PullImage pull:
                    pending.Add(random.Next(3) == 0 ? new PodInput.ImageFailed(pull.Container, RuntimeErrorKind.ImagePull, "x") : new PodInput.ImagePulled(pull.Container, "sha256:x", 1, TimeSpan.Zero));
                    break;
                case PodAction.StartContainer start:
                    Start(start);
                    break;
                case PodAction.StopContainer stop:
                    pending.Add(random.Next(6) == 0 ? new PodInput.StopFailed(stop.ContainerId, "x") : Stopped(stop.ContainerId));
                    break;
                case PodAction.Observe:
                    pending.Add(new PodInput.Observed(Listing(), now));
                    break;
                case PodAction.RunHook hook:
                    pending.Add(new PodInput.HookDone(hook.ContainerId, hook.Kind, random.Next(4) == 0 ? "x" : ""));
                    break;
                case PodAction.RunProbe probe:
                    pending.Add(new PodInput.Probed(probe.ContainerId, probe.Kind, random.Next(3) == 0 ? ProbeOutcome.Failure : ProbeOutcome.Success, "failed: x"));
                    break;
            }
        }

        private PodInput Stopped(string id)
        {
            End(id, 143);
            return containers.TryGetValue(id, out var ended) ? new PodInput.ContainerObserved(ended, "") : new PodInput.ContainerMissing(id);
        }

        private void Start(PodAction.StartContainer start)
        {
            var spec = start.Spec;
            Check(!containers.Values.Any(container => container.Name == spec.Name && container.Phase == ContainerPhase.Running), $"a second running instance of {spec.Name}");
            Check(!state.IsStopping, "a container was started in a pod that stops");
            if (spec.Name is "web" or "second" && pod.Spec.InitContainers is [{ RestartPolicy: null }])
            {
                Check(state.Containers[0].IsReady, "a container was started before its init container ended");
            }

            if (random.Next(6) == 0)
            {
                pending.Add(new PodInput.StartFailed(spec.Name, spec.Attempt, (RuntimeErrorKind)random.Next(7), "x"));
                return;
            }

            if (sandbox is null || sandbox.Id != start.SandboxId || !sandbox.Running)
            {
                pending.Add(new PodInput.StartFailed(spec.Name, spec.Attempt, RuntimeErrorKind.NotFound, "no sandbox"));
                return;
            }

            var container = containers.Values.FirstOrDefault(known => known.Name == spec.Name && known.Attempt == spec.Attempt)
                ?? new ContainerState { Id = $"c{++nextId}", Name = spec.Name, Attempt = spec.Attempt, Phase = ContainerPhase.Running, StartedAt = now };
            containers[container.Id] = container;
            pending.Add(new PodInput.Started(spec.Name, container));
        }

        private void Check(bool holds, string rule) => Assert.True(holds, $"seed {seed}: {rule}\n{string.Join('\n', told.TakeLast(30))}\n{state}");
    }
}
