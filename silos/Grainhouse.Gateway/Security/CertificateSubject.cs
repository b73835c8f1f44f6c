using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace Grainhouse.Gateway.Security;

/// <summary>Whom a certificate names, in Kubernetes' way: the common name is the user, each organization a group.</summary>
internal sealed record CertificateSubject(string Name, ImmutableArray<string> Groups)
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";

    /// <summary>Reads a certificate's subject; the name is empty if there is none.</summary>
    public static CertificateSubject Of(X509Certificate2 certificate)
    {
        var name = "";
        var groups = ImmutableArray.CreateBuilder<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (part.HasMultipleElements || part.GetSingleElementValue() is not { } value)
            {
                continue;
            }

            switch (part.GetSingleElementType().Value)
            {
                case CommonName:
                    name = value;
                    break;
                case Organization:
                    groups.Add(value);
                    break;
            }
        }

        return new CertificateSubject(name, groups.ToImmutable());
    }
}
