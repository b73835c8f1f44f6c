namespace Grainhouse.Storage.Backups;

/// <summary>Where the revisions of a restored store go on.</summary>
/// <remarks>
/// What was written after the backup is lost, but clients and agents may have seen its revisions. None of those may come again with
/// another meaning: a watch would miss changes, a client would overwrite what it never read, an agent would refuse its orders as
/// old. So every restored document gets a new revision, above all that the lost store can have given.
/// </remarks>
internal static class RestoredRevisions
{
    // As much as etcd's own advice for a restored cluster.
    private const long LeastGap = 1_000_000_000;

    // Several times what the fastest store commits.
    private const long MostWritesPerSecond = 100_000;

    /// <summary>A revision that the store of the backup cannot have reached.</summary>
    public static long Floor(BackupHeader backup, DateTimeOffset now)
    {
        var seconds = Math.Max(0, (long)(now - backup.TakenAt).TotalSeconds);
        return backup.Revision + Math.Max(LeastGap, seconds * MostWritesPerSecond);
    }
}
