using System.Security.Cryptography;
using Grainhouse.Gateway;
using Grainhouse.Gateway.Security;
using Grainhouse.Testing.Network;

namespace Grainhouse.Benchmarks.Cluster;

/// <summary>kube-apiserver over an etcd of its own: what Grainhouse is compared with.</summary>
/// <remarks>
/// Both with their defaults, but for what a cluster without controllers and nodes cannot do. etcd is spoken to without TLS, which
/// favours the peer; certificates are of the same make as Grainhouse's.
/// </remarks>
internal sealed class KubernetesPeer : ICluster
{
    private readonly ServerProcess etcd;
    private readonly ServerProcess apiServer;
    private readonly string data;

    private KubernetesPeer(ServerProcess etcd, ServerProcess apiServer, string data, HttpClient http)
    {
        this.etcd = etcd;
        this.apiServer = apiServer;
        this.data = data;
        Http = http;
    }

    public string Name => "kube-apiserver, etcd";

    public HttpClient Http { get; }

    /// <summary>Starts both, and waits until the apiserver says that it is ready and has made the namespace <c>default</c>.</summary>
    /// <param name="apiServerProgram">The path of <c>kube-apiserver</c>.</param>
    /// <param name="etcdProgram">The path of <c>etcd</c>.</param>
    public static async Task<KubernetesPeer> StartAsync(string apiServerProgram, string etcdProgram)
    {
        var data = Directory.CreateTempSubdirectory("kubernetes-bench-").FullName;
        var port = FreePort.Next();
        WriteCredentials(data, port);
        var etcdUrl = $"http://127.0.0.1:{FreePort.Next()}";
        var etcd = ServerProcess.Start(etcdProgram, EtcdArguments(data, etcdUrl), Path.Combine(data, "etcd.log"));
        var apiServer = ServerProcess.Start(apiServerProgram, ApiServerArguments(data, port, etcdUrl), Path.Combine(data, "kube-apiserver.log"));
        var peer = new KubernetesPeer(etcd, apiServer, data, await Administrator.ClientAsync(data, port));
        try
        {
            await Administrator.WaitReadyAsync(apiServer, data, port);
            await peer.WaitForNamespaceAsync();
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public long ResidentBytes() => etcd.ResidentBytes() + apiServer.ResidentBytes();

    /// <inheritdoc/>
    public TimeSpan CpuTime() => etcd.CpuTime() + apiServer.CpuTime();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await apiServer.DisposeAsync();
        await etcd.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    private static string Pki(string data, string file) => Path.Combine(data, "pki", file);

    private static void WriteCredentials(string data, int port)
    {
        var authority = ClusterAuthority.Open(new GatewayOptions { DataDirectory = data }, TimeProvider.System);
        Kubeconfig.Write(Path.Combine(data, "kubeconfig"), authority, $"https://127.0.0.1:{port}");
        using var accounts = RSA.Create(2048);
        File.WriteAllText(Pki(data, "accounts.key"), accounts.ExportRSAPrivateKeyPem());
    }

    private static string[] EtcdArguments(string data, string url)
    {
        var peers = $"http://127.0.0.1:{FreePort.Next()}";
        return
        [
            "--data-dir", Path.Combine(data, "etcd"),
            "--listen-client-urls", url, "--advertise-client-urls", url,
            "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", $"default={peers}",
        ];
    }

    private static string[] ApiServerArguments(string data, int port, string etcdUrl) =>
    [
        "--etcd-servers", etcdUrl,
        "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", $"{port}",
        "--tls-cert-file", Pki(data, "server.crt"), "--tls-private-key-file", Pki(data, "server.key"), "--client-ca-file", Pki(data, "ca.crt"),
        "--authorization-mode", "Node,RBAC",
        "--service-account-issuer", "https://kubernetes.default.svc",
        "--service-account-signing-key-file", Pki(data, "accounts.key"), "--service-account-key-file", Pki(data, "accounts.key"),
        "--service-cluster-ip-range", "10.0.0.0/24",

        // Nobody here makes service accounts for pods, and loopback is no endpoint.
        "--disable-admission-plugins", "ServiceAccount", "--endpoint-reconciler-type", "none",
    ];

    private async Task WaitForNamespaceAsync()
    {
        while (true)
        {
            using var answer = await Http.GetAsync(new Uri("/api/v1/namespaces/default", UriKind.Relative));
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(50);
        }
    }
}
