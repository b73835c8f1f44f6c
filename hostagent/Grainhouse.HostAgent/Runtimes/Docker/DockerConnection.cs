using Docker.DotNet;
using Docker.DotNet.Models;
using Version = System.Version;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>One client for the engine, made on first use with an API version that both sides speak.</summary>
internal sealed class DockerConnection : IDisposable
{
    /// <summary>What this driver is written against: engine 20.10. Newer engines still answer it, or name the least that they answer.</summary>
    private static readonly Version Preferred = new(1, 41);

    /// <summary>Starts and removals that the engine is given at a time. Thirty at once took half as long again as eight at a time on two cores.</summary>
    private static readonly int WorkAtATime = 4 * Environment.ProcessorCount;

    private readonly DockerClientConfiguration _configuration;
    private readonly SemaphoreSlim _negotiation = new(1, 1);
    private readonly SemaphoreSlim _work = new(WorkAtATime, WorkAtATime);
    private IDockerClient? _client;

    public DockerConnection(DockerRuntimeOptions options) =>
        _configuration = new DockerClientConfiguration(options.Endpoint, credentials: null, options.CallTimeout);

    /// <summary>What the engine said of itself when it was first reached.</summary>
    public VersionResponse? Engine { get; private set; }

    /// <summary>The client; fails with <see cref="RuntimeErrorKind.Unavailable"/> as long as the engine does not answer.</summary>
    public ValueTask<IDockerClient> GetClientAsync(CancellationToken cancellationToken) =>
        _client is { } client ? new(client) : new(ConnectAsync(cancellationToken));

    /// <summary>Makes one call, with its errors sorted; <paramref name="refusal"/> is what a refusal by the engine means.</summary>
    public async Task<T> CallAsync<T>(Func<IDockerClient, Task<T>> call, RuntimeErrorKind refusal, CancellationToken cancellationToken)
    {
        var client = await GetClientAsync(cancellationToken);
        try
        {
            return await call(client);
        }
        catch (DockerApiException error)
        {
            throw DockerErrors.From(error, refusal);
        }
        catch (Exception error) when (DockerErrors.IsUnreachable(error, cancellationToken))
        {
            throw DockerErrors.Unreachable(error);
        }
    }

    /// <summary>Makes a call that starts processes or ends them, when the engine has room for it.</summary>
    public async Task<T> WorkAsync<T>(Func<IDockerClient, Task<T>> call, RuntimeErrorKind refusal, CancellationToken cancellationToken)
    {
        await _work.WaitAsync(cancellationToken);
        try
        {
            return await CallAsync(call, refusal, cancellationToken);
        }
        finally
        {
            _work.Release();
        }
    }

    public void Dispose()
    {
        (_client as IDisposable)?.Dispose();
        _configuration.Dispose();
        _negotiation.Dispose();
        _work.Dispose();
    }

    private async Task<IDockerClient> ConnectAsync(CancellationToken cancellationToken)
    {
        await _negotiation.WaitAsync(cancellationToken);
        try
        {
            if (_client is { } connected)
            {
                return connected;
            }

            using var unversioned = _configuration.CreateClient();
            Engine = await unversioned.System.GetVersionAsync(cancellationToken);
            return _client = _configuration.CreateClient(Negotiate(Engine.APIVersion, Engine.MinAPIVersion));
        }
        catch (DockerApiException error)
        {
            throw new RuntimeException(RuntimeErrorKind.Unavailable, DockerErrors.MessageOf(error), error);
        }
        catch (Exception error) when (DockerErrors.IsUnreachable(error, cancellationToken))
        {
            throw DockerErrors.Unreachable(error);
        }
        finally
        {
            _negotiation.Release();
        }
    }

    /// <summary>The version closest to the preferred one within what the engine speaks.</summary>
    internal static Version Negotiate(string? newest, string? oldest)
    {
        var version = Version.TryParse(newest, out var upper) && upper < Preferred ? upper : Preferred;
        return Version.TryParse(oldest, out var lower) && lower > version ? lower : version;
    }
}
