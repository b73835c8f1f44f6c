using Grainhouse.Gateway.Health;
using Grainhouse.Gateway.Security;
using Grainhouse.Silo;
using Grainhouse.Storage;
using Grainhouse.Storage.Postgres.Clustering;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Grainhouse.Cli.Hosting;

/// <summary>A silo in this process.</summary>
internal sealed class LocalSilo : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly WebApplication app;

    private LocalSilo(WebApplication app, Uri address)
    {
        this.app = app;
        Address = address;
    }

    /// <summary>Where the gateway listens, as seen from this machine.</summary>
    public Uri Address { get; }

    /// <summary>What an agent of this machine joins with.</summary>
    public string JoinToken => app.Services.GetRequiredService<ClusterAuthority>().JoinToken;

    /// <summary>Starts a silo and writes its kubeconfig; returns when the doors are open.</summary>
    public static async Task<LocalSilo> StartAsync(LocalSiloSettings settings, CancellationToken cancellationToken)
    {
        var app = await CreateAsync(settings);
        var silo = new LocalSilo(app, new UriBuilder(Uri.UriSchemeHttps, "127.0.0.1", settings.Port).Uri);
        try
        {
            await app.StartAsync(cancellationToken);
            Kubeconfig.Write(settings.Kubeconfig, app.Services.GetRequiredService<ClusterAuthority>(), $"https://127.0.0.1:{settings.Port}");
            return silo;
        }
        catch (StorageStartException error)
        {
            await app.DisposeAsync();
            throw StoreFault(error);
        }
        catch (IncompatibleSiloException error)
        {
            // The engine was not started yet, and one that does not run refuses to be stopped.
            await app.DisposeAsync();
            throw new CliException(error.Message, ExitCode.Failure, error);
        }
        catch (IOException error)
        {
            await silo.DisposeAsync();
            throw new CliException($"The silo could not start: {error.Message}", ExitCode.Failure, error);
        }
    }

    /// <summary>Returns when <c>/readyz</c> says ok: the doors open a moment before the cluster counts this silo in.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var readiness = app.Services.GetRequiredService<IReadiness>();
        while (!await readiness.IsReadyAsync(cancellationToken))
        {
            await Task.Delay(Interval, cancellationToken);
        }
    }

    private static async Task<WebApplication> CreateAsync(LocalSiloSettings settings)
    {
        try
        {
            return await SiloHost.CreateAsync(new SiloOptions
            {
                DataDirectory = settings.DataDirectory,
                Port = settings.Port,
                HistoryRevisions = settings.History,
                Database = settings.Database,
                SiloAddress = settings.SiloAddress,
                SiloPort = settings.SiloPort,
                AdvertisedAddresses = settings.Advertised,
            });
        }
        catch (StorageStartException error)
        {
            throw StoreFault(error);
        }
        catch (IncompatibleSiloException error)
        {
            throw new CliException(error.Message, ExitCode.Failure, error);
        }
    }

    private static CliException StoreFault(StorageStartException error) => new($"The store cannot be used: {error.Message}", ExitCode.Failure, error);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
