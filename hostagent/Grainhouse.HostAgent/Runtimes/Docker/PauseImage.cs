using Docker.DotNet;
using Docker.DotNet.Models;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>The sandbox's image: imported into the engine when it is first missed.</summary>
internal sealed class PauseImage(DockerConnection connection) : IDisposable
{
    public const string Repository = "grainhouse/pause";
    public const string Tag = "3";
    public const string Name = Repository + ":" + Tag;

    private readonly SemaphoreSlim _import = new(1, 1);

    public async Task ImportAsync(CancellationToken cancellationToken)
    {
        await _import.WaitAsync(cancellationToken);
        try
        {
            await connection.CallAsync(client => ImportAsync(client, cancellationToken), RuntimeErrorKind.Create, cancellationToken);
        }
        finally
        {
            _import.Release();
        }
    }

    public void Dispose() => _import.Dispose();

    private async Task<bool> ImportAsync(IDockerClient client, CancellationToken cancellationToken)
    {
        var architecture = connection.Engine?.Arch ?? "";
        if (!PauseProgram.Supports(architecture))
        {
            throw new RuntimeException(
                RuntimeErrorKind.Create,
                $"The engine's architecture is '{architecture}', and sandboxes exist for amd64 and arm64. Load an image as {Name} that sleeps for ever.");
        }

        var progress = new PullProgress();
        using var tar = PauseProgram.BuildTar(architecture);
        await client.Images.CreateImageAsync(
            new ImagesCreateParameters
            {
                FromSrc = "-",
                Repo = Repository,
                Tag = Tag,
                Message = "sandbox of a pod",
                Changes = ["ENTRYPOINT [\"/pause\"]"],
            },
            tar,
            new AuthConfig(),
            progress,
            cancellationToken);
        return progress.Error is { } error ? throw new RuntimeException(RuntimeErrorKind.Create, error) : true;
    }
}
