using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Grainhouse.Gateway.Security;

/// <summary>A certificate of the cluster with its key, and the two files that keep them.</summary>
/// <param name="Certificate">The certificate; it knows its private key.</param>
/// <param name="CertificatePem">The certificate as PEM.</param>
/// <param name="KeyPem">The private key as PKCS#8 PEM.</param>
public sealed record IssuedCertificate(X509Certificate2 Certificate, string CertificatePem, string KeyPem)
{
    /// <summary>Joins a certificate and its key.</summary>
    internal static IssuedCertificate From(X509Certificate2 certificate, ECDsa key)
    {
        var joined = certificate.HasPrivateKey ? certificate : certificate.CopyWithPrivateKey(key);
        return new IssuedCertificate(joined, joined.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Reads <c>NAME.crt</c> and <c>NAME.key</c>; null if one of them is missing.</summary>
    /// <exception cref="CryptographicException">The files are damaged or do not belong together.</exception>
    internal static IssuedCertificate? Load(string directory, string name)
    {
        var certificate = Path.Combine(directory, name + ".crt");
        var key = Path.Combine(directory, name + ".key");
        if (!File.Exists(certificate) || !File.Exists(key))
        {
            return null;
        }

        var certificatePem = File.ReadAllText(certificate);
        var keyPem = File.ReadAllText(key);
        return new IssuedCertificate(X509Certificate2.CreateFromPem(certificatePem, keyPem), certificatePem, keyPem);
    }

    /// <summary>Writes <c>NAME.crt</c> and <c>NAME.key</c>.</summary>
    internal void Save(string directory, string name)
    {
        SecretFile.Write(Path.Combine(directory, name + ".key"), KeyPem);
        SecretFile.Write(Path.Combine(directory, name + ".crt"), CertificatePem);
    }
}
