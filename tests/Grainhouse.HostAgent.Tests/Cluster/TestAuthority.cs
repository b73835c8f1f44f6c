using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Grainhouse.HostAgent.Tests.Cluster;

/// <summary>A certificate authority for one test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90));
    }

    public X509Certificate2 Certificate { get; }

    public string Hash => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Certificate.RawData));

    public X509Certificate2 ForServer()
    {
        using var server = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway", server, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(Certificate, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(80), [1, 2, 3]);
        using var withKey = issued.CopyWithPrivateKey(server);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    public byte[] Sign(byte[] request, DateTimeOffset until)
    {
        var parsed = CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256);
        using var issued = parsed.Create(Certificate, DateTimeOffset.UnixEpoch.AddYears(50), until, RandomNumberGenerator.GetBytes(8));
        return issued.RawData;
    }

    public void Dispose() => key.Dispose();
}
