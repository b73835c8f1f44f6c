using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace Grainhouse.Benchmarks.Cluster;

/// <summary>The administrator's way into a cluster whose data directory holds its kubeconfig and, below <c>pki</c>, its authority.</summary>
internal static class Administrator
{
    /// <summary>Returns at the first 200 of <c>/readyz</c>.</summary>
    /// <exception cref="InvalidOperationException">The server ended first.</exception>
    public static async Task WaitReadyAsync(ServerProcess server, string data, int port)
    {
        using var probe = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trusting(await AuthorityAsync(server, data)) },
        });
        while (true)
        {
            server.ThrowIfEnded();
            try
            {
                using var answer = await probe.GetAsync(new Uri($"https://127.0.0.1:{port}/readyz"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(5);
        }
    }

    /// <summary>A client of the administrator, once the cluster has written its credentials.</summary>
    public static async Task<HttpClient> ClientAsync(string data, int port)
    {
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 64,
            EnableMultipleHttp2Connections = true,
            SslOptions = await TlsAsync(data),
        };
        return new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The administrator's side of a TLS handshake, once the cluster has written its credentials.</summary>
    public static async Task<SslClientAuthenticationOptions> TlsAsync(string data)
    {
        var file = Path.Combine(data, "kubeconfig");
        while (!File.Exists(file))
        {
            await Task.Delay(5);
        }

        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
        var pem = X509Certificate2.CreateFromPem(
            Encoding.UTF8.GetString(Convert.FromBase64String(config.ClientCertificateData)),
            Encoding.UTF8.GetString(Convert.FromBase64String(config.ClientCertificateKeyData)));
        return new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificates = [pem],
            CertificateChainPolicy = Trusting(config.SslCaCerts),
        };
    }

    private static async Task<X509Certificate2Collection> AuthorityAsync(ServerProcess server, string data)
    {
        var authority = new X509Certificate2Collection();
        while (authority.Count == 0)
        {
            server.ThrowIfEnded();
            try
            {
                authority.ImportFromPemFile(Path.Combine(data, "pki", "ca.crt"));
            }
            catch (Exception error) when (error is IOException or CryptographicException)
            {
                // The process has not made it yet.
                await Task.Delay(5);
            }
        }

        return authority;
    }

    private static X509ChainPolicy Trusting(X509Certificate2Collection authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authority);
        return policy;
    }
}
