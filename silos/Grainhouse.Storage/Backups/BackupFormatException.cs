namespace Grainhouse.Storage.Backups;

/// <summary>A file is no backup that this program can restore: cut off, altered, newer, or something else. Nothing was changed.</summary>
public sealed class BackupFormatException(string message, Exception? cause = null) : Exception(message, cause);
