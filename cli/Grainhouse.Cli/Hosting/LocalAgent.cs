using System.ComponentModel.DataAnnotations;
using Grainhouse.HostAgent;
using Grainhouse.HostAgent.Hosting;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Cli.Hosting;

/// <summary>A host agent in this process.</summary>
internal sealed class LocalAgent : IAsyncDisposable
{
    private readonly IHost host;

    private LocalAgent(IHost host)
    {
        this.host = host;
    }

    /// <summary>Starts an agent; it joins and goes on trying by itself.</summary>
    public static async Task<LocalAgent> StartAsync(LocalAgentSettings settings, CancellationToken cancellationToken)
    {
        var options = OptionsOf(settings);
        if (options.Runtime is RuntimeChoice.Docker)
        {
            await RequireDockerAsync(options, cancellationToken);
        }

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddConsoleLines();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddHostAgent(options);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new LocalAgent(host);
    }

    /// <summary>Ends the agent. Its workloads keep running.</summary>
    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    private static async Task RequireDockerAsync(HostAgentOptions options, CancellationToken cancellationToken)
    {
        foreach (var runtime in HostRuntimes.Create(options, TimeProvider.System, NullLoggerFactory.Instance))
        {
            await using (runtime)
            {
                try
                {
                    await runtime.GetVersionAsync(cancellationToken);
                }
                catch (RuntimeException error)
                {
                    throw new CliException(
                        $"No Docker Engine is in reach ({error.Message}). Start one, name it with DOCKER_HOST, or use --runtime process.", ExitCode.Failure, error);
                }
            }
        }
    }

    /// <summary>What the settings mean to the agent.</summary>
    /// <exception cref="CliException">They cannot work.</exception>
    internal static HostAgentOptions OptionsOf(LocalAgentSettings settings)
    {
        var options = new HostAgentOptions
        {
            DataDirectory = settings.DataDirectory,
            Gateways = [settings.Gateway],
            JoinToken = settings.JoinToken,
            AuthorityFile = settings.AuthorityFile,
            AuthorityHash = settings.AuthorityHash,
            NodeName = settings.NodeName ?? Environment.MachineName.ToLowerInvariant(),
            Runtime = settings.Runtime switch
            {
                "docker" => RuntimeChoice.Docker,
                "process" => RuntimeChoice.Process,
                _ => RuntimeChoice.Auto,
            },
        };
        try
        {
            options.Validate();
            return options;
        }
        catch (ValidationException error)
        {
            throw new CliException(error.Message, ExitCode.Usage, error);
        }
    }
}
