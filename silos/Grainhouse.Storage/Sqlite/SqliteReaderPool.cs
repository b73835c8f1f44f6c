using System.Collections.Concurrent;

namespace Grainhouse.Storage.Sqlite;

/// <summary>Read connections that are not in use. One is opened when there is none.</summary>
internal sealed class SqliteReaderPool(SqliteFile file) : IDisposable
{
    // More than this many readers at once only wait for the same two or three disks and cores.
    private const int MaxIdle = 8;

    private readonly ConcurrentBag<SqliteReader> idle = [];
    private volatile bool closed;

    /// <summary>Runs a read on a connection of its own.</summary>
    public T Read<TArgument, T>(TArgument argument, Func<SqliteReader, TArgument, T> read)
    {
        ObjectDisposedException.ThrowIf(closed, typeof(SqliteObjectStore));
        var reader = idle.TryTake(out var pooled) ? pooled : new SqliteReader(file.OpenReader());
        try
        {
            return read(reader, argument);
        }
        finally
        {
            Return(reader);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        closed = true;
        while (idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private void Return(SqliteReader reader)
    {
        if (closed || idle.Count >= MaxIdle)
        {
            reader.Dispose();
            return;
        }

        idle.Add(reader);
        if (closed)
        {
            Dispose();
        }
    }
}
