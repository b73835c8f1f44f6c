namespace Grainhouse.Acceptance.Tests.BadInput;

/// <summary>Pods that cannot run say why, in a kubelet's words.</summary>
public sealed class BadPodTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;
    private const string Waiting = "{.status.containerStatuses[0].state.waiting.reason}";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(40);

    [RealFact(DockerAndKubectl)]
    public async Task Image_ThatDoesNotExist_IsErrImagePullThenImagePullBackOff()
    {
        var path = $"/api/v1/namespaces/{Kubectl.Namespace}/pods";
        using var bound = new CancellationTokenSource(Bound);
        using var watch = await Cluster.Api.WatchAsync(path, await Cluster.Api.RevisionAsync(path), bound.Token);
        await Kubectl.ApplyAsync(Manifests.Pod("noimage", "true").Replace(TestImages.One, "grainhouse-test/none:1", StringComparison.Ordinal));

        List<string> reasons = [];
        await foreach (var change in watch.EventsAsync(bound.Token))
        {
            if (change.Object.TryGetProperty("status", out var status)
                && status.TryGetProperty("containerStatuses", out var statuses)
                && statuses[0].GetProperty("state").TryGetProperty("waiting", out var waiting))
            {
                reasons.Add(waiting.GetProperty("reason").GetString()!);
            }

            if (reasons.LastOrDefault() == "ImagePullBackOff")
            {
                break;
            }
        }

        Assert.Equal(["ErrImagePull", "ImagePullBackOff"], reasons.Where(reason => reason.Contains("Image", StringComparison.Ordinal)).Distinct());
        Assert.Matches(@"Warning +Failed .*Failed to pull image ""grainhouse-test/none:1""", await Kubectl.OkAsync("describe", "pod", "noimage"));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Command_ThatDoesNotExist_IsRunContainerErrorOrCrashLoop()
    {
        await Kubectl.OkAsync("run", "nocommand", $"--image={TestImages.One}", "--command", "--", "/no/such/command");

        await Eventually.GetAsync("the reason", () => Kubectl.ValueAsync("pod nocommand", Waiting), reason => reason is "RunContainerError" or "CrashLoopBackOff", Bound);
        var described = await Kubectl.OkAsync("describe", "pod", "nocommand");
        Assert.Matches(@"Warning +Failed .*no such file or directory", described);
    }

    [RealFact(DockerAndKubectl)]
    public async Task ConfigMap_ThatIsMissing_IsCreateContainerConfigErrorUntilItComes()
    {
        await Kubectl.ApplyAsync(Manifests.Pod("noconfig", Manifests.Idle, containerExtra: "envFrom: [ { configMapRef: { name: later } } ]"));
        await Eventually.GetAsync("the reason", () => Kubectl.ValueAsync("pod noconfig", Waiting), reason => reason == "CreateContainerConfigError", Bound);
        Assert.Equal("configmap \"later\" not found", await Kubectl.ValueAsync("pod noconfig", "{.status.containerStatuses[0].state.waiting.message}"));

        await Kubectl.OkAsync("create", "configmap", "later", "--from-literal=A=1");

        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/noconfig", "--timeout=30s");
    }

    [RealFact(DockerAndKubectl)]
    public async Task Resources_ThatNoNodeHas_ArePendingWithTheReason()
    {
        await Kubectl.ApplyAsync(Manifests.Pod("huge", Manifests.Idle, containerExtra: "resources: { requests: { cpu: 1000 } }"));

        await Eventually.GetAsync(
            "the scheduler's words",
            () => Kubectl.ValueAsync("pod huge", "{.status.conditions[?(@.type==\"PodScheduled\")].message}"),
            message => message.StartsWith("0/1 nodes are available: 1 Insufficient cpu.", StringComparison.Ordinal),
            Bound);
        Assert.Matches(@"Warning +FailedScheduling", await Kubectl.OkAsync("describe", "pod", "huge"));
    }
}
