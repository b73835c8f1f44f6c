using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grainhouse.Gateway.Security;
using k8s;

namespace Grainhouse.Gateway.Tests.Security;

[UnsupportedOSPlatform("windows")]
public sealed class KubeconfigTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("grainhouse-kubeconfig").FullName;

    private string File => Path.Combine(directory, "config");

    private ClusterAuthority Authority => ClusterAuthority.Open(new GatewayOptions { DataDirectory = directory }, TimeProvider.System);

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Write_ReadByKubernetesClient_ServerAuthorityAndCertificate()
    {
        Kubeconfig.Write(File, Authority, "https://127.0.0.1:6443");

        var read = KubernetesClientConfiguration.BuildConfigFromConfigFile(File);

        Assert.Equal("https://127.0.0.1:6443", read.Host);
        Assert.Equal(Authority.AuthorityPem, Encoding.UTF8.GetString(Convert.FromBase64String(read.SslCaCerts is [var ca, ..] ? Convert.ToBase64String(Encoding.UTF8.GetBytes(ca.ExportCertificatePem() + "\n")) : "")));
        using var client = X509Certificate2.CreateFromPem(
            Encoding.UTF8.GetString(Convert.FromBase64String(read.ClientCertificateData)), Encoding.UTF8.GetString(Convert.FromBase64String(read.ClientCertificateKeyData)));
        Assert.True(Authority.Trusts(client));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void Merge_OtherCluster_KeepsItAndMakesOursCurrent()
    {
        System.IO.File.WriteAllText(File, """
            apiVersion: v1
            kind: Config
            current-context: work
            clusters:
            - name: work
              cluster: {server: "https://work.example"}
            contexts:
            - name: work
              context: {cluster: work, user: me}
            users:
            - name: me
              user: {token: "0123"}
            """);

        Kubeconfig.Merge(File, Authority, "https://127.0.0.1:1");
        Kubeconfig.Merge(File, Authority, "https://127.0.0.1:2");

        var ours = KubernetesClientConfiguration.BuildConfigFromConfigFile(File);
        var theirs = KubernetesClientConfiguration.BuildConfigFromConfigFile(File, "work");
        Assert.Equal(("grainhouse", "https://127.0.0.1:2"), (ours.CurrentContext, ours.Host));
        Assert.Equal(("https://work.example", "0123"), (theirs.Host, theirs.AccessToken));
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("- a\n- b")]
    [InlineData("a: 1\n---\nb: 2")]
    public void Merge_NotAKubeconfig_RefusedAndLeftAsItIs(string content)
    {
        System.IO.File.WriteAllText(File, content);

        Assert.Throws<InvalidDataException>(() => Kubeconfig.Merge(File, Authority, "https://127.0.0.1:1"));
        Assert.Equal(content, System.IO.File.ReadAllText(File));
    }
}
