namespace Grainhouse.Storage.Sqlite;

/// <summary>Reads a whole database file and finds what is damaged in it.</summary>
internal static class SqliteFileCheck
{
    /// <summary>Checks on the caller's thread; the time is proportional to the file.</summary>
    /// <returns>The first findings in SQLite's words; empty if all is well, or if the check was interrupted.</returns>
    public static string Run(SqliteDatabase database)
    {
        try
        {
            var findings = database.QueryTexts("PRAGMA quick_check(3)");
            return findings is ["ok"] ? "" : string.Join("; ", findings);
        }
        catch (SqliteFailure failure) when (failure.IsCorruption)
        {
            return failure.Message;
        }
        catch (SqliteFailure failure) when (failure.IsInterruption)
        {
            return "";
        }
    }
}
