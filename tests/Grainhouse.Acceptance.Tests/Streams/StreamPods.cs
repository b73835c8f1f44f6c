namespace Grainhouse.Acceptance.Tests.Streams;

/// <summary>The pods that streams are tried on: one in Docker, one of plain processes.</summary>
public abstract class StreamPods(SharedCluster shared) : NamespacedTests(shared)
{
    internal const string Docker = "box";
    internal const string Process = "plain";

    internal const string UntilServed = "until wget -q -O /dev/null http://127.0.0.1:8080; do sleep 0.05; done";

    private static readonly string Pods = $$"""
        {{Manifests.Pod(Docker, "mkdir -p /www; echo served > /www/index.html; httpd -p 127.0.0.1:8080 -h /www; cat; sleep 100000", containerExtra: "stdin: true")}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: {{Process}} }
        spec:
          runtimeClassName: process
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: none
            command: ["sh", "-c", "while :; do echo tick; sleep 0.2; done"]
            env: [ { name: COLOUR, value: red } ]
        """;

    /// <summary>The pods, running.</summary>
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Kubectl.ApplyAsync(Pods);
        await Kubectl.OkAsync("wait", "--for=condition=Ready", $"pod/{Docker}", $"pod/{Process}", "--timeout=40s");

        // Its shell runs; its server a moment later.
        await Kubectl.OkAsync("exec", Docker, "--", "sh", "-c", UntilServed);
    }
}
