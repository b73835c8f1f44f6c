using System.Text;
using k8s;

namespace Grainhouse.Acceptance.Tests.Streams;

/// <summary>KubernetesClient for .NET: exec, attach and port-forward over WebSocket channels.</summary>
public sealed class DotnetClientTests(SharedCluster shared) : StreamPods(shared)
{
    [RealTheory(Needs.Docker | Needs.Kubectl)]
    [InlineData(Docker)]
    [InlineData(Process)]
    public async Task Exec_OutputErrorAndExitCode(string pod)
    {
        using var client = Client();
        var (output, error) = ("", "");

        var code = await client.NamespacedPodExecAsync(
            pod,
            Kubectl.Namespace,
            "main",
            ["sh", "-c", "echo out; echo err >&2; exit 6"],
            tty: false,
            async (_, stdout, stderr) =>
            {
                using var outputs = new StreamReader(stdout);
                using var errors = new StreamReader(stderr);
                output = await outputs.ReadToEndAsync();
                error = await errors.ReadToEndAsync();
            },
            CancellationToken.None);

        Assert.Equal((6, "out\n", "err\n"), (code, output, error));
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task PortForward_Request_IsAnswered()
    {
        using var client = Client();
        using var socket = await client.WebSocketNamespacedPodPortForwardAsync(Docker, Kubectl.Namespace, [8080], "v4.channel.k8s.io");
        using var channels = new StreamDemuxer(socket, StreamType.PortForward);
        channels.Start();
        await using var data = channels.GetStream((byte?)0, (byte?)0);

        await data.WriteAsync(Encoding.ASCII.GetBytes("GET /index.html HTTP/1.0\r\n\r\n"));
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (!answer.ToString().EndsWith("served\n", StringComparison.Ordinal) && await data.ReadAsync(buffer) is var count and > 0)
        {
            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        Assert.StartsWith("HTTP/1.", answer.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("served\n", answer.ToString(), StringComparison.Ordinal);
    }

    private Kubernetes Client() => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(Cluster.Kubeconfig));
}
