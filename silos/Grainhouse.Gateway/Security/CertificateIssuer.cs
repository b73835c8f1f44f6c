using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Grainhouse.Gateway.Security;

/// <summary>Makes the certificates of one authority: ECDSA on P-256 with SHA-256.</summary>
/// <param name="authority">The authority with its key.</param>
internal sealed class CertificateIssuer(X509Certificate2 authority)
{
    /// <summary>The key purpose of a TLS client.</summary>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    // Machines of a cluster may disagree on the time; a new certificate must be valid for those that are behind.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Makes a new authority, valid for ten years.</summary>
    public static IssuedCertificate CreateAuthority(string name, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(name, []), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return IssuedCertificate.From(request.CreateSelfSigned(now - ClockSkew, now.AddYears(10)), key);
    }

    /// <summary>Makes a client certificate: the common name is the user, the organizations are the groups.</summary>
    public IssuedCertificate IssueClient(string user, IEnumerable<string> groups, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(user, groups), key, HashAlgorithmName.SHA256);
        return IssuedCertificate.From(Sign(request, ClientPurpose, now), key);
    }

    /// <summary>Makes a client certificate for a key that we never see.</summary>
    public X509Certificate2 IssueClient(string user, IEnumerable<string> groups, PublicKey key, DateTimeOffset now) =>
        Sign(new CertificateRequest(Subject(user, groups), key, HashAlgorithmName.SHA256), ClientPurpose, now);

    /// <summary>Makes a server certificate for these host names and addresses.</summary>
    public IssuedCertificate IssueServer(string name, IEnumerable<string> hosts, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(name, []), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        return IssuedCertificate.From(Sign(request, ServerPurpose, now), key);
    }

    private static X500DistinguishedName Subject(string commonName, IEnumerable<string> organizations)
    {
        // The builder puts what is added last first: O, then CN, as upstream's tools have it.
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        foreach (var organization in organizations)
        {
            name.AddOrganizationName(organization);
        }

        return name.Build();
    }

    private X509Certificate2 Sign(CertificateRequest request, string purpose, DateTimeOffset now)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        var until = now.AddYears(1);
        return request.Create(authority, now - ClockSkew, until < authority.NotAfter ? until : authority.NotAfter, serial);
    }
}
