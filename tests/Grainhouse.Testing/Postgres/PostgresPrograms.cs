namespace Grainhouse.Testing.Postgres;

/// <summary>Where this machine has PostgreSQL's programs, and as whom to run them.</summary>
public static class PostgresPrograms
{
    private const int OldestMajor = 15;

    // Where Debian and its kin put each version.
    private const string Versions = "/usr/lib/postgresql";

    /// <summary>The directory with <c>initdb</c> and <c>pg_ctl</c>; null if there is none.</summary>
    public static string? Directory { get; } = Find();

    /// <summary>Why tests that need a server are skipped; null if one can be started.</summary>
    public static string? SkipReason { get; } = Directory is null ? $"No PostgreSQL: there is no version {OldestMajor} or newer below {Versions}." : null;

    /// <summary>The words before a command that must not run as root: the server refuses to.</summary>
    public static IReadOnlyList<string> AsUser { get; } =
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : [];

    private static string? Find() => !System.IO.Directory.Exists(Versions) ? null : System.IO.Directory.GetDirectories(Versions)
        .Select(path => (Path: Path.Combine(path, "bin"), Major: int.TryParse(Path.GetFileName(path), out var major) ? major : 0))
        .Where(version => version.Major >= OldestMajor && File.Exists(Path.Combine(version.Path, "initdb")))
        .OrderByDescending(version => version.Major)
        .Select(version => version.Path)
        .FirstOrDefault();
}
