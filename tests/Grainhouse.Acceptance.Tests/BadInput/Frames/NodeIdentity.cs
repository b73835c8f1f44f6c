using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Grainhouse.Acceptance.Tests.BadInput.Frames;

/// <summary>The key of a node that only the test knows.</summary>
internal static class NodeIdentity
{
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>PKCS#10, DER.</summary>
    public static byte[] Request(string node) =>
        new CertificateRequest($"O=system:nodes, CN=system:node:{node}", Key, HashAlgorithmName.SHA256).CreateSigningRequest();

    /// <summary>The certificate that the cluster answered, with the key.</summary>
    public static X509Certificate2 Certificate(byte[] answered)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(answered);
        using var pair = certificate.CopyWithPrivateKey(Key);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }
}
