using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grainhouse.Gateway.Security;

/// <summary>Learns who makes a request: by the connection's client certificate, else by a bearer token.</summary>
internal sealed class Authenticator(ClusterAuthority authority, TimeProvider time)
{
    private const string Bearer = "Bearer ";

    // A chain is built once for a connection, not once for a request: the certificate object lives as long as the connection.
    private readonly ConditionalWeakTable<X509Certificate2, Verified> verified = [];

    private readonly UserIdentity admin = new("kubernetes-admin", [ClusterAuthority.Masters, UserIdentity.Authenticated]);

    /// <summary>The user; null if nothing was shown or what was shown is not good.</summary>
    public UserIdentity? Authenticate(HttpContext context)
    {
        if (context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate
            && FromCertificate(certificate) is { } user)
        {
            return user;
        }

        return context.Request.Headers.Authorization is [{ } header, ..]
            && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                ? FromToken(header.AsSpan(Bearer.Length).Trim())
                : null;
    }

    /// <summary>The user that a bearer token stands for; null if it is none of ours.</summary>
    public UserIdentity? FromToken(ReadOnlySpan<char> token) => ClusterAuthority.TokensEqual(token, authority.AdminToken) ? admin : null;

    /// <summary>The user that a client certificate names; null if it is not ours or not valid now.</summary>
    public UserIdentity? FromCertificate(X509Certificate2 certificate)
    {
        if (!verified.TryGetValue(certificate, out var known))
        {
            known = new Verified(authority.Trusts(certificate) ? Read(certificate) : null, certificate.NotAfter.ToUniversalTime());
            verified.AddOrUpdate(certificate, known);
        }

        return time.GetUtcNow().UtcDateTime < known.Until ? known.User : null;
    }

    private static UserIdentity? Read(X509Certificate2 certificate)
    {
        var subject = CertificateSubject.Of(certificate);
        return subject.Name.Length == 0 ? null : new UserIdentity(subject.Name, subject.Groups.Add(UserIdentity.Authenticated));
    }

    private sealed record Verified(UserIdentity? User, DateTime Until);
}
