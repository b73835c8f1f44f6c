using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grainhouse.Testing.Network;
using k8s;

namespace Grainhouse.Benchmarks.Cluster;

/// <summary>A <c>grainhouse</c> process of its own, with a fresh data directory, and an HTTPS client of its administrator.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private readonly Process process;
    private readonly string data;

    private RunningCluster(Process process, string data, int port, HttpClient http, TimeSpan startTime)
    {
        this.process = process;
        this.data = data;
        Port = port;
        Http = http;
        StartTime = startTime;
    }

    /// <summary>The program to measure: a published <c>grainhouse</c>, or null for the one that was built beside this project.</summary>
    public static string? Executable { get; set; }

    public int Port { get; }

    public string DataDirectory => data;

    public string Kubeconfig => Path.Combine(data, "kubeconfig");

    public HttpClient Http { get; }

    /// <summary>From the start of the process to the first 200 of <c>/readyz</c>.</summary>
    public TimeSpan StartTime { get; }

    public int ProcessId => process.Id;

    /// <summary>Starts <c>grainhouse COMMAND --data DIR --port P ARGUMENTS</c> and waits for <c>/readyz</c>.</summary>
    public static async Task<RunningCluster> StartAsync(string command, params string[] arguments)
    {
        var data = Directory.CreateTempSubdirectory("grainhouse-bench-").FullName;
        var port = FreePort.Next();
        var built = Path.Combine(AppContext.BaseDirectory, "grainhouse.dll");
        var start = new ProcessStartInfo(Executable ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] program = Executable is null ? [built] : [];
        foreach (var argument in (string[])[.. program, command, "--data", data, "--port", $"{port}", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        var watch = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        var log = new StreamWriter(Path.Combine(data, "output.log")) { AutoFlush = true };
        process.OutputDataReceived += (_, line) => WriteLine(log, line.Data);
        process.ErrorDataReceived += (_, line) => WriteLine(log, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        await WaitReadyAsync(process, port, data);
        var took = watch.Elapsed;
        return new RunningCluster(process, data, port, await AdminClientAsync(data, port), took);
    }

    /// <summary>Resident memory in bytes.</summary>
    public long ResidentBytes()
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>CPU time used so far.</summary>
    public TimeSpan CpuTime()
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(data, recursive: true);
    }

    private static void WriteLine(StreamWriter log, string? line)
    {
        if (line is not null)
        {
            lock (log)
            {
                log.WriteLine(line);
            }
        }
    }

    private static async Task WaitReadyAsync(Process process, int port, string data)
    {
        using var probe = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trusting(await AuthorityAsync(data)) },
        });
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"grainhouse ended with {process.ExitCode}: {await File.ReadAllTextAsync(Path.Combine(data, "output.log"))}");
            }

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
    public static async Task<HttpClient> AdminClientAsync(string data, int port)
    {
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 64,
            EnableMultipleHttp2Connections = true,
            SslOptions = await AdminTlsAsync(data),
        };
        return new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The administrator's side of a TLS handshake, once the cluster has written its credentials.</summary>
    public static async Task<SslClientAuthenticationOptions> AdminTlsAsync(string data)
    {
        var file = Path.Combine(data, "kubeconfig");
        while (!File.Exists(file))
        {
            await Task.Delay(5);
        }

        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
        var pem = X509Certificate2.CreateFromPem(
            System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(config.ClientCertificateData)),
            System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(config.ClientCertificateKeyData)));
        return new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificates = [pem],
            CertificateChainPolicy = Trusting(config.SslCaCerts),
        };
    }

    private static async Task<X509Certificate2Collection> AuthorityAsync(string data)
    {
        var authority = new X509Certificate2Collection();
        while (authority.Count == 0)
        {
            try
            {
                authority.ImportFromPemFile(Path.Combine(data, "pki", "ca.crt"));
            }
            catch (Exception error) when (error is IOException or System.Security.Cryptography.CryptographicException)
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
