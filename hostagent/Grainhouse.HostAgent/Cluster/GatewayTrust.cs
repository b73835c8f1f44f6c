using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Decides whether a gateway is one of the cluster's.</summary>
internal static class GatewayTrust
{
    /// <summary>Accepts a gateway whose certificate was issued by the authority, for the name that was dialled.</summary>
    public static RemoteCertificateValidationCallback By(X509Certificate2 authority) => (_, certificate, chain, errors) =>
        certificate is not null && (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && IsIssuedBy(authority, Load(certificate), chain);

    /// <summary>Accepts any gateway: only to be told its authority, which is then held against a hash. Nothing secret may be said.</summary>
#pragma warning disable CA5359
    public static readonly RemoteCertificateValidationCallback Anyone = static (_, _, _, _) => true;
#pragma warning restore CA5359

    /// <summary>Whether a certificate, or its public key, has the pinned hash (<c>sha256:HEX</c>).</summary>
    public static bool HasHash(X509Certificate2 certificate, string pin)
    {
        var hex = pin.AsSpan(pin.IndexOf(':', StringComparison.Ordinal) + 1);
        return hex.Equals(Convert.ToHexString(SHA256.HashData(certificate.RawDataMemory.Span)), StringComparison.OrdinalIgnoreCase)
            || hex.Equals(Convert.ToHexString(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())), StringComparison.OrdinalIgnoreCase);
    }

    private static X509Certificate2 Load(X509Certificate certificate) =>
        certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());

    private static bool IsIssuedBy(X509Certificate2 authority, X509Certificate2 certificate, X509Chain? shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (shown is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(shown.ChainPolicy.ExtraStore);
        }

        return chain.Build(certificate);
    }
}
