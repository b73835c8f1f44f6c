using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Grainhouse.Storage.Sqlite;

/// <summary>A prepared statement. Binding starts at 1, columns at 0, as in SQLite itself.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : IDisposable
{
    /// <summary>Binds an integer.</summary>
    public SqliteStatement Bind(int index, long value)
    {
        database.Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    /// <summary>Binds a text.</summary>
    public SqliteStatement Bind(int index, string value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        var buffer = most <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(most);
        var length = Encoding.UTF8.GetBytes(value, buffer);
        var code = raw.sqlite3_bind_text(handle, index, buffer[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        database.Check(code);
        return this;
    }

    /// <summary>Binds bytes, or NULL.</summary>
    public SqliteStatement Bind(int index, ReadOnlyMemory<byte>? value)
    {
        database.Check(value switch
        {
            null => raw.sqlite3_bind_null(handle, index),
            { IsEmpty: true } => raw.sqlite3_bind_zeroblob(handle, index, 0),
            { } bytes => raw.sqlite3_bind_blob(handle, index, bytes.Span),
        });
        return this;
    }

    /// <summary>Goes to the next row; false behind the last.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            var failure = Capture(code);
            raw.sqlite3_reset(handle);
            throw failure;
        }

        return false;
    }

    /// <summary>Runs a statement that gives no rows and makes it ready for the next time.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Ends the reading of rows, so that the statement can be bound again.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    /// <summary>A column as an integer.</summary>
    public long GetInteger(int column) => raw.sqlite3_column_int64(handle, column);

    /// <summary>A column as text.</summary>
    public string GetText(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    /// <summary>A column as bytes of its own; null for NULL.</summary>
    public ReadOnlyMemory<byte>? GetBytes(int column) =>
        IsNull(column) ? default(ReadOnlyMemory<byte>?) : raw.sqlite3_column_blob(handle, column).ToArray();

    /// <summary>Whether a column is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    // The message must be read before the reset, which may replace it.
    private SqliteFailure Capture(int code)
    {
        try
        {
            database.Check(code);
        }
        catch (SqliteFailure failure)
        {
            return failure;
        }

        return new SqliteFailure(code, "unknown");
    }
}
