using Grainhouse.Interfaces.Versions;

namespace Grainhouse.Storage.Backups;

/// <summary>The first line of a backup.</summary>
/// <param name="Revision">The revision that all documents belong to.</param>
/// <param name="TakenAt">When it was taken, by the clock of the machine that took it.</param>
/// <param name="Program">The version of the program that took it, for people.</param>
/// <param name="Protocol">The cluster protocols of that program: what its documents can be read by.</param>
public sealed record BackupHeader(long Revision, DateTimeOffset TakenAt, string Program, ProtocolRange Protocol)
{
    /// <summary>The version of the format that this program writes, and the newest that it reads.</summary>
    internal const int Format = 1;
}
