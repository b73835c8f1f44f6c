using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grainhouse.Gateway.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace Grainhouse.Silo;

/// <summary>TLS between silos: each shows a certificate of the cluster's authority that only silos have, and asks for one.</summary>
/// <remarks>The certificate names this life of the silo: so whoever is at the other end is known, and told off when it is dead.</remarks>
internal sealed class SiloTls(ClusterAuthority authority, SiloConnections connections, ILocalSiloDetails self, TimeProvider time)
{
    // A peer that does not finish its handshake is gone or none of ours.
    private static readonly TimeSpan HandshakeBound = TimeSpan.FromSeconds(5);

    // Certificates last a year; one that is a month old is as good as new.
    private static readonly TimeSpan RenewAfter = TimeSpan.FromDays(30);

    private readonly Lock gate = new();
    private SslStreamCertificateContext? certificate;
    private DateTimeOffset issuedAt;

    /// <summary>Lets all connections between silos go through it.</summary>
    public static void Configure(SiloConnectionOptions options)
    {
        options.ConfigureSiloInboundConnection(static builder => builder.Use(builder.ApplicationServices.GetRequiredService<SiloTls>().Accept));
        options.ConfigureSiloOutboundConnection(static builder => builder.Use(builder.ApplicationServices.GetRequiredService<SiloTls>().Dial));
    }

    private ConnectionDelegate Accept(ConnectionDelegate next) => context => RunAsync(
        context,
        next,
        (tls, cancellationToken) => tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = Certificate(),
                ClientCertificateRequired = true,
                CertificateChainPolicy = authority.ClientChains(),
                RemoteCertificateValidationCallback = IsSilo,
            },
            cancellationToken));

    private ConnectionDelegate Dial(ConnectionDelegate next) => context => RunAsync(
        context,
        next,
        (tls, cancellationToken) => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                // Silos are known by their group, not by a name: addresses come and go.
                TargetHost = ClusterAuthority.Silos,
                ClientCertificateContext = Certificate(),
                CertificateChainPolicy = authority.ClientChains(),
                RemoteCertificateValidationCallback = IsSilo,
            },
            cancellationToken));

    private async Task RunAsync(ConnectionContext context, ConnectionDelegate next, Func<SslStream, CancellationToken, Task> authenticate)
    {
        var raw = context.Transport;
        await using var tls = new SslStream(new DuplexStream(raw), leaveInnerStreamOpen: true);
        using (var bound = CancellationTokenSource.CreateLinkedTokenSource(context.ConnectionClosed))
        {
            bound.CancelAfter(HandshakeBound);
            await authenticate(tls, bound.Token);
        }

        var pipe = new TlsPipe(tls);
        context.Transport = pipe;
        var peer = PeerOf(tls);
        try
        {
            connections.Add(context, peer);
            await next(context);
        }
        finally
        {
            connections.Remove(context);
            await pipe.CompleteAsync();
            context.Transport = raw;
        }
    }

    private bool IsSilo(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) =>
        shown is X509Certificate2 peer && authority.TrustsSilo(peer);

    private static SiloAddress? PeerOf(SslStream tls) =>
        tls.RemoteCertificate is X509Certificate2 shown && ClusterAuthority.SiloOf(shown) is { } name ? SiloAddress.FromParsableString(name) : null;

    private SslStreamCertificateContext Certificate()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (certificate is null || now - issuedAt > RenewAfter)
            {
                (certificate, issuedAt) = (SslStreamCertificateContext.Create(authority.IssueSilo(self.SiloAddress.ToParsableString()), additionalCertificates: null, offline: true), now);
            }

            return certificate;
        }
    }

    private sealed class TlsPipe(SslStream tls) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(tls, new StreamPipeReaderOptions(bufferSize: 16 << 10, leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(tls, new StreamPipeWriterOptions(minimumBufferSize: 16 << 10, leaveOpen: true));

        public async Task CompleteAsync()
        {
            await Input.CompleteAsync();
            await Output.CompleteAsync(new ConnectionAbortedException());
        }
    }
}
