namespace Grainhouse.Cli.Backups;

/// <summary>Where a backup is kept: a file, or what an http(s) URL stands for.</summary>
internal abstract class BackupPlace
{
    /// <summary>The place for people: of a URL without its query, which may hold a signature.</summary>
    public abstract string Name { get; }

    /// <summary>Reads what the user wrote.</summary>
    public static BackupPlace Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? new UrlPlace(url)
            : new FilePlace(Path.GetFullPath(text));

    /// <summary>Keeps what a function writes; nothing, if it fails.</summary>
    /// <exception cref="CliException">It cannot be kept there.</exception>
    public abstract Task<T> PutAsync<T>(Func<Stream, Task<T>> write, CancellationToken cancellationToken);

    /// <summary>Lets a function read what is kept. The stream can go back.</summary>
    /// <exception cref="CliException">It cannot be had.</exception>
    public abstract Task<T> GetAsync<T>(Func<Stream, Task<T>> read, CancellationToken cancellationToken);
}
