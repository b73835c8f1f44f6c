using System.Collections.Immutable;
using Docker.DotNet;
using Docker.DotNet.Models;
using Grainhouse.HostAgent.Runtimes.Images;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Images on the engine: find, list, pull.</summary>
internal sealed class DockerImages(DockerConnection connection)
{
    public async Task<ImageState?> FindAsync(string image, CancellationToken cancellationToken)
    {
        Parse(image);
        try
        {
            var found = await connection.CallAsync(
                client => client.Images.InspectImageAsync(image, cancellationToken), RuntimeErrorKind.ImagePull, cancellationToken);
            return new ImageState(found.ID, Names(found.RepoTags, found.RepoDigests), found.Size);
        }
        catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.NotFound)
        {
            return null;
        }
    }

    public async Task<ImmutableArray<ImageState>> ListAsync(CancellationToken cancellationToken)
    {
        var images = await connection.CallAsync(
            client => client.Images.ListImagesAsync(new ImagesListParameters(), cancellationToken),
            RuntimeErrorKind.Unavailable,
            cancellationToken);
        var states = ImmutableArray.CreateBuilder<ImageState>(images.Count);
        foreach (var image in images)
        {
            states.Add(new ImageState(image.ID, Names(image.RepoTags, image.RepoDigests), image.Size));
        }

        return states.DrainToImmutable();
    }

    public async Task<ImageState> PullAsync(string image, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        var reference = Parse(image);
        var progress = new PullProgress();
        try
        {
            await connection.CallAsync(
                client => PullAsync(client, reference, credentials, progress, cancellationToken), RuntimeErrorKind.ImagePull, cancellationToken);
        }
        catch (RuntimeException error) when (error.Kind is RuntimeErrorKind.NotFound or RuntimeErrorKind.ImagePull)
        {
            throw Failed(error.Message, notFound: error.Kind == RuntimeErrorKind.NotFound, error);
        }

        if (progress.Error is { } message)
        {
            throw Failed(message, notFound: false, cause: null);
        }

        return await FindAsync(image, cancellationToken)
            ?? throw new RuntimeException(RuntimeErrorKind.ImagePull, $"The image '{image}' was pulled and is not there: it was removed at once.");
    }

    private static async Task<bool> PullAsync(
        IDockerClient client, ImageReference reference, RegistryCredentials? credentials, PullProgress progress, CancellationToken cancellationToken)
    {
        var what = new ImagesCreateParameters
        {
            FromImage = reference.Digest.Length > 0 ? $"{reference.Repository}@{reference.Digest}" : reference.Repository,
            // Without a tag the engine would pull them all.
            Tag = reference.Digest.Length > 0 ? null : reference.Tag,
        };
        var login = credentials is null
            ? new AuthConfig()
            : new AuthConfig { ServerAddress = credentials.Server, Username = credentials.Username, Password = credentials.Password };
        await client.Images.CreateImageAsync(what, login, progress, cancellationToken);
        return true;
    }

    private static RuntimeException Failed(string message, bool notFound, Exception? cause) => new(
        notFound || DockerErrors.IsImageNotFound(message) ? RuntimeErrorKind.ImageNotFound : RuntimeErrorKind.ImagePull, message, cause);

    private static ImageReference Parse(string image) => ImageReference.Parse(image)
        ?? throw new RuntimeException(
            RuntimeErrorKind.InvalidImageName, $"Failed to apply default image tag \"{image}\": couldn't parse image reference \"{image}\": invalid reference format");

    private static ImmutableArray<string> Names(IList<string>? tags, IList<string>? digests)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        Add(tags);
        Add(digests);
        return names.DrainToImmutable();

        void Add(IList<string>? more)
        {
            foreach (var name in more ?? [])
            {
                // How the engine writes an image that lost its name.
                if (!name.StartsWith("<none>", StringComparison.Ordinal))
                {
                    names.Add(name);
                }
            }
        }
    }
}
