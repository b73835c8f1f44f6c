using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Decides whether a gateway is one of the cluster's.</summary>
internal static class GatewayTrust
{
    /// <summary>Accepts a gateway whose certificate was issued by the authority; the platform adds that it must be for the name that was dialled.</summary>
    public static X509ChainPolicy By(X509Certificate2 authority) => new()
    {
        // The machine's own roots count for nothing here, and are not even read: with a thousand agents in a process that is most of a handshake.
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { authority },
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    /// <summary>Whether a certificate, or its public key, has the pinned hash (<c>sha256:HEX</c>).</summary>
    public static bool HasHash(X509Certificate2 certificate, string pin)
    {
        var hex = pin.AsSpan(pin.IndexOf(':', StringComparison.Ordinal) + 1);
        return hex.Equals(Convert.ToHexString(SHA256.HashData(certificate.RawDataMemory.Span)), StringComparison.OrdinalIgnoreCase)
            || hex.Equals(Convert.ToHexString(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())), StringComparison.OrdinalIgnoreCase);
    }
}
