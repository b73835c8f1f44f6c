using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Grainhouse.Gateway.Security;

/// <summary>The cluster's root of trust: its authority, the certificates of server and administrator, and the two tokens.</summary>
/// <remarks>
/// All of it is made on the first start under the <c>pki</c> folder, readable by its owner only, and reused later. The
/// certificates live one year and are renewed 30 days before their end, the authority lives ten. Safe to use from any thread.
/// </remarks>
public sealed class ClusterAuthority
{
    /// <summary>The group whose members may do everything.</summary>
    public const string Masters = "system:masters";

    /// <summary>The group of host agents.</summary>
    public const string Nodes = "system:nodes";

    /// <summary>The group of silos. None of its members may use the API by it; it is how silos know each other.</summary>
    public const string Silos = "system:silos";

    /// <summary>What a host agent's user name starts with; the node's name follows.</summary>
    public const string NodeUserPrefix = "system:node:";

    private const string SiloUserPrefix = "system:silo:";

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly string directory;
    private readonly TimeProvider time;
    private readonly IReadOnlyList<string> hosts;
    private readonly IssuedCertificate authority;
    private readonly CertificateIssuer issuer;
    private volatile SslStreamCertificateContext server;
    private volatile IssuedCertificate admin;
    private long renewAt;

    private ClusterAuthority(string directory, IReadOnlyList<string> hosts, TimeProvider time)
    {
        this.directory = directory;
        this.hosts = hosts;
        this.time = time;
        authority = IssuedCertificate.Load(directory, "ca") ?? NewAuthority();
        issuer = new CertificateIssuer(authority.Certificate);
        AdminToken = LoadOrCreateToken("admin.token");
        JoinToken = LoadOrCreateToken("join.token");
        (server, admin) = LoadOrRenew();
    }

    /// <summary>The authority's certificate, with its key.</summary>
    public X509Certificate2 Authority => authority.Certificate;

    /// <summary>The authority's certificate as PEM: what clients must trust.</summary>
    public string AuthorityPem => authority.CertificatePem;

    /// <summary>The administrator's client certificate (user <c>kubernetes-admin</c>, group <c>system:masters</c>).</summary>
    public IssuedCertificate Admin
    {
        get
        {
            RenewIfDue();
            return admin;
        }
    }

    /// <summary>The administrator's bearer token.</summary>
    public string AdminToken { get; }

    /// <summary>What a new host agent shows to get its certificate.</summary>
    public string JoinToken { get; }

    /// <summary>The server's certificate and chain, for TLS handshakes.</summary>
    public SslStreamCertificateContext Server
    {
        get
        {
            RenewIfDue();
            return server;
        }
    }

    /// <summary>Opens the cluster's keys, and makes what is missing.</summary>
    /// <exception cref="CryptographicException">A file is damaged.</exception>
    public static ClusterAuthority Open(GatewayOptions options, TimeProvider time) =>
        new(options.PkiDirectory, [.. ServerNames(options)], time);

    /// <summary>Signs a host agent's request. The request's own subject is ignored: it proves only that the agent has the key.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="request">PKCS#10, DER.</param>
    /// <exception cref="CryptographicException">The request is malformed or its signature is wrong.</exception>
    public X509Certificate2 SignNode(string node, byte[] request)
    {
        var asked = CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256);
        return issuer.IssueClient(NodeUserPrefix + node, [Nodes], asked.PublicKey, time.GetUtcNow());
    }

    /// <summary>Makes a certificate, with its key, for the connections between silos, in both directions.</summary>
    /// <param name="silo">The name of this life of the silo.</param>
    public X509Certificate2 IssueSilo(string silo) => issuer.IssueClient(SiloUserPrefix + silo, [Silos], time.GetUtcNow()).Certificate;

    /// <summary>The silo that a certificate of <see cref="IssueSilo"/> was made for; null where it names none.</summary>
    public static string? SiloOf(X509Certificate2 certificate) =>
        CertificateSubject.Of(certificate).Name is { } name && name.StartsWith(SiloUserPrefix, StringComparison.Ordinal) ? name[SiloUserPrefix.Length..] : null;

    /// <summary>Whether a certificate is one of <see cref="IssueSilo"/> and valid now.</summary>
    public bool TrustsSilo(X509Certificate2 certificate) =>
        Trusts(certificate) && CertificateSubject.Of(certificate).Groups.Contains(Silos);

    /// <summary>Whether a client's certificate comes from this authority, is meant for clients and is valid now.</summary>
    public bool Trusts(X509Certificate2 certificate)
    {
        using var chain = new X509Chain { ChainPolicy = ClientChains() };
        return chain.Build(certificate);
    }

    /// <summary>How the chain of a client's certificate is built: from this authority alone; the machine's own roots are not even read.</summary>
    public X509ChainPolicy ClientChains() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { authority.Certificate },
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        ApplicationPolicy = { new Oid(CertificateIssuer.ClientPurpose) },
        VerificationTime = time.GetUtcNow().UtcDateTime,
    };

    /// <summary>Compares a token with the expected one in a time that tells nothing of either.</summary>
    public static bool TokensEqual(ReadOnlySpan<char> given, string expected)
    {
        Span<byte> first = stackalloc byte[32];
        Span<byte> second = stackalloc byte[32];
        Hash(given, first);
        Hash(expected, second);
        return CryptographicOperations.FixedTimeEquals(first, second);
    }

    private static void Hash(ReadOnlySpan<char> text, Span<byte> hash)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), hash);
    }

    // The machine's name ends at its first dot; the host's name is all of it, where it is a full one.
    private static IEnumerable<string> ServerNames(GatewayOptions options) =>
        new[]
        {
            "localhost", "127.0.0.1", "::1", Environment.MachineName.ToLowerInvariant(), Dns.GetHostName().ToLowerInvariant(),
            "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
        }.Concat(options.AdvertisedAddresses).Distinct(StringComparer.OrdinalIgnoreCase);

    private IssuedCertificate NewAuthority()
    {
        var made = CertificateIssuer.CreateAuthority("grainhouse-ca", time.GetUtcNow());
        made.Save(directory, "ca");
        return made;
    }

    private string LoadOrCreateToken(string file)
    {
        var path = Path.Combine(directory, file);
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } kept)
        {
            return kept;
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        SecretFile.Write(path, token + "\n");
        return token;
    }

    private void RenewIfDue()
    {
        if (time.GetUtcNow().UtcTicks < Volatile.Read(ref renewAt))
        {
            return;
        }

        lock (issuer)
        {
            if (time.GetUtcNow().UtcTicks >= renewAt)
            {
                (server, admin) = LoadOrRenew();
            }
        }
    }

    private (SslStreamCertificateContext Server, IssuedCertificate Admin) LoadOrRenew()
    {
        var now = time.GetUtcNow();
        var serving = Current("server", now, certificate => Covers(certificate, hosts))
            ?? Saved(issuer.IssueServer("grainhouse", hosts, now), "server");
        var administrator = Current("admin", now, _ => true) ?? Saved(issuer.IssueClient("kubernetes-admin", [Masters], now), "admin");
        var first = serving.Certificate.NotAfter < administrator.Certificate.NotAfter ? serving.Certificate : administrator.Certificate;
        Volatile.Write(ref renewAt, (first.NotAfter.ToUniversalTime() - RenewBefore).Ticks);
        return (SslStreamCertificateContext.Create(serving.Certificate, [authority.Certificate], offline: true), administrator);
    }

    private IssuedCertificate? Current(string name, DateTimeOffset now, Func<X509Certificate2, bool> fits) =>
        IssuedCertificate.Load(directory, name) is { } kept
        && kept.Certificate.NotAfter.ToUniversalTime() - RenewBefore > now.UtcDateTime
        && kept.Certificate.IssuerName.RawData.AsSpan().SequenceEqual(authority.Certificate.SubjectName.RawData)
        && fits(kept.Certificate)
            ? kept
            : null;

    private IssuedCertificate Saved(IssuedCertificate made, string name)
    {
        made.Save(directory, name);
        return made;
    }

    private static bool Covers(X509Certificate2 certificate, IReadOnlyList<string> hosts)
    {
        foreach (var host in hosts)
        {
            if (!certificate.MatchesHostname(host))
            {
                return false;
            }
        }

        return true;
    }
}
