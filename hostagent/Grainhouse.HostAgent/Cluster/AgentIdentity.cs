using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Who the agent is: its key, its client certificate, and the authority it trusts, in the data directory's <c>identity</c>.</summary>
/// <remarks>The key is made here (ECDSA P-256), kept with mode 0600, and never leaves. A renewal swaps the certificate whole: who dials meanwhile takes the old one or the new.</remarks>
internal sealed class AgentIdentity : IDisposable
{
    private const string CertificateFile = "agent.crt";

    private readonly string? directory;
    private readonly ECDsa key;

    private AgentIdentity(string? directory, ECDsa key)
    {
        this.directory = directory;
        this.key = key;
    }

    /// <summary>The client certificate with its key; null before the agent has joined.</summary>
    public X509Certificate2? Certificate { get; private set; }

    /// <summary>The cluster's authority; null before it is known.</summary>
    public X509Certificate2? Authority { get; private set; }

    /// <summary>Whether an agent of this data directory has joined a cluster.</summary>
    public static bool Exists(string dataDirectory) => File.Exists(Path.Combine(DirectoryOf(dataDirectory), CertificateFile));

    /// <summary>Reads the identity, or begins a new one.</summary>
    public static AgentIdentity Load(string dataDirectory)
    {
        var directory = DirectoryOf(dataDirectory);
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var identity = new AgentIdentity(directory, LoadKey(Path.Combine(directory, "agent.key")));
        var certificate = Path.Combine(directory, CertificateFile);
        var authority = Path.Combine(directory, "ca.crt");
        if (File.Exists(certificate) && File.Exists(authority))
        {
            identity.Use(X509CertificateLoader.LoadCertificateFromFile(certificate), X509CertificateLoader.LoadCertificateFromFile(authority));
        }

        return identity;
    }

    /// <summary>An identity that is kept nowhere: for simulated nodes.</summary>
    public static AgentIdentity InMemory() => new(null, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A request for a certificate: PKCS#10, DER.</summary>
    public byte[] Request(string nodeName)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddOrganizationName("system:nodes");
        builder.AddCommonName($"system:node:{nodeName}");
        return new CertificateRequest(builder.Build(), key, HashAlgorithmName.SHA256).CreateSigningRequest();
    }

    /// <summary>When the certificate has to be renewed: after 70 to 80 % of its life. Long past before there is one.</summary>
    /// <remarks>Where in that tenth follows from the certificate's serial number, so that agents that joined together do not renew together.</remarks>
    public DateTimeOffset RenewAt => Certificate is { } certificate
        ? certificate.NotBefore.ToUniversalTime() + (certificate.NotAfter - certificate.NotBefore) * (0.7 + 0.1 * certificate.SerialNumberBytes.Span[^1] / byte.MaxValue)
        : DateTimeOffset.MinValue;

    /// <summary>Whether the certificate no longer serves.</summary>
    public bool IsExpired(DateTimeOffset now) => Certificate is null || now.UtcDateTime >= Certificate.NotAfter.ToUniversalTime();

    /// <summary>Keeps what the cluster issued.</summary>
    public void Keep(byte[] certificate, byte[] authority)
    {
        Use(X509CertificateLoader.LoadCertificate(certificate), X509CertificateLoader.LoadCertificate(authority));
        if (directory is not null)
        {
            Write(Path.Combine(directory, "ca.crt"), Authority!.ExportCertificatePem());
            Write(Path.Combine(directory, CertificateFile), Certificate!.ExportCertificatePem());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private void Use(X509Certificate2 certificate, X509Certificate2 authority)
    {
        Certificate = certificate.CopyWithPrivateKey(key);
        Authority = authority;
    }

    private static string DirectoryOf(string dataDirectory) => Path.Combine(dataDirectory, "identity");

    private static ECDsa LoadKey(string path)
    {
        if (File.Exists(path))
        {
            var known = ECDsa.Create();
            known.ImportFromPem(File.ReadAllText(path));
            return known;
        }

        var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(path, fresh.ExportPkcs8PrivateKeyPem());
        return fresh;
    }

    private static void Write(string path, string text)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        var temporary = path + ".new";
        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(text);
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
