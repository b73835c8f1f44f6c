using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grainhouse.Gateway.Security;
using Microsoft.Extensions.Time.Testing;

namespace Grainhouse.Gateway.Tests.Security;

[UnsupportedOSPlatform("windows")]
public sealed class ClusterAuthorityTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("grainhouse-pki").FullName;
    private readonly FakeTimeProvider time = new(DateTimeOffset.Parse("2026-06-01T00:00:00Z"));

    private GatewayOptions Options => new() { DataDirectory = directory, AdvertisedAddresses = ["10.9.8.7", "cluster.example"] };

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Open_Twice_SameAuthorityAndTokens()
    {
        var first = ClusterAuthority.Open(Options, time);
        var second = ClusterAuthority.Open(Options, time);

        Assert.Equal(first.AuthorityPem, second.AuthorityPem);
        Assert.Equal(first.Admin.CertificatePem, second.Admin.CertificatePem);
        Assert.Equal((first.AdminToken, first.JoinToken), (second.AdminToken, second.JoinToken));
        Assert.NotEqual(first.AdminToken, first.JoinToken);
    }

    [Fact]
    public void Open_Files_OnlyTheirOwnerReadsThem()
    {
        ClusterAuthority.Open(Options, time);

        var files = Directory.GetFiles(Options.PkiDirectory);
        Assert.Equal(8, files.Length);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void Open_ServerCertificateNearItsEnd_RenewedBySameAuthority()
    {
        var first = ClusterAuthority.Open(Options, time);
        var serial = first.Server.TargetCertificate.SerialNumber;
        time.Advance(TimeSpan.FromDays(340));
        var second = ClusterAuthority.Open(Options, time);

        Assert.NotEqual(serial, second.Server.TargetCertificate.SerialNumber);
        Assert.Equal(first.AuthorityPem, second.AuthorityPem);
    }

    [Fact]
    public void Server_ProcessRunsLong_RenewedWithoutRestart()
    {
        var authority = ClusterAuthority.Open(Options, time);
        var before = (authority.Server.TargetCertificate.SerialNumber, authority.Admin.CertificatePem);

        time.Advance(TimeSpan.FromDays(340));

        Assert.NotEqual(before, (authority.Server.TargetCertificate.SerialNumber, authority.Admin.CertificatePem));
    }

    [Fact]
    public void Open_NewAdvertisedAddress_ServerCertificateCoversIt()
    {
        ClusterAuthority.Open(Options, time);
        var more = ClusterAuthority.Open(Options with { AdvertisedAddresses = ["other.example"] }, time);

        Assert.True(more.Server.TargetCertificate.MatchesHostname("other.example"));
    }

    [Fact]
    public void Certificates_ByOpenssl_Verify()
    {
        ClusterAuthority.Open(Options with { AdvertisedAddresses = ["10.9.8.7"] }, TimeProvider.System);
        var pki = Options.PkiDirectory;

        Assert.Equal($"{pki}/server.crt: OK", Openssl($"verify -CAfile {pki}/ca.crt -purpose sslserver -verify_ip 10.9.8.7 {pki}/server.crt"));
        Assert.Equal($"{pki}/admin.crt: OK", Openssl($"verify -CAfile {pki}/ca.crt -purpose sslclient -x509_strict {pki}/admin.crt"));
        Assert.Equal("subject=O = system:masters, CN = kubernetes-admin", Openssl($"x509 -in {pki}/admin.crt -noout -subject"));
        Assert.Contains("DNS:kubernetes.default.svc", Openssl($"x509 -in {pki}/server.crt -noout -ext subjectAltName"), StringComparison.Ordinal);
    }

    [Fact]
    public void Trusts_OwnClientsOnly()
    {
        var authority = ClusterAuthority.Open(Options, time);
        var stranger = ClusterAuthority.Open(new GatewayOptions { DataDirectory = Path.Combine(directory, "other") }, time);

        Assert.True(authority.Trusts(authority.Admin.Certificate));
        Assert.False(authority.Trusts(stranger.Admin.Certificate));
        Assert.False(authority.Trusts(authority.Server.TargetCertificate));
    }

    [Fact]
    public void Trusts_ExpiredCertificate_False()
    {
        var authority = ClusterAuthority.Open(Options, time);
        var old = authority.Admin.Certificate;

        time.Advance(TimeSpan.FromDays(400));

        Assert.False(authority.Trusts(old));
    }

    [Fact]
    public void SignNode_Request_CertificateOfThatNodeAndKey()
    {
        var authority = ClusterAuthority.Open(Options, time);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=somebody-else,O=system:masters", key, HashAlgorithmName.SHA256).CreateSigningRequest();

        using var certificate = authority.SignNode("n1", request);

        Assert.Equal("CN=system:node:n1, O=system:nodes", certificate.Subject);
        Assert.True(authority.Trusts(certificate));
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void SignNode_Damaged_Refused()
    {
        var authority = ClusterAuthority.Open(Options, time);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=n1", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        request[^3] ^= 1;

        Assert.ThrowsAny<CryptographicException>(() => authority.SignNode("n1", request));
    }

    private static string Openssl(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }
}
