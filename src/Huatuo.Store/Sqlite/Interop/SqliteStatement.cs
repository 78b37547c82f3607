namespace Huatuo.Store.Sqlite.Interop;

/// <summary>One prepared statement: bind, step, read, reset. Parameters count from 1, columns from 0.</summary>
internal sealed unsafe class SqliteStatement(SqliteConnection connection, StatementHandle handle) : IDisposable
{
    /// <summary>Sets a parameter to a number.</summary>
    public SqliteStatement Bind(int index, long value)
    {
        connection.Check(LibSqlite.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    /// <summary>Sets a parameter to a copy of bytes.</summary>
    public SqliteStatement BindBlob(int index, ReadOnlySpan<byte> bytes)
    {
        // A null pointer would be NULL, not no bytes.
        byte none = 0;
        fixed (byte* start = bytes)
            connection.Check(LibSqlite.sqlite3_bind_blob(handle, index, start == null ? &none : start, bytes.Length, LibSqlite.Transient));
        return this;
    }

    /// <summary>Sets a parameter to a copy of UTF-8 text.</summary>
    public SqliteStatement BindText(int index, ReadOnlySpan<byte> utf8)
    {
        byte none = 0;
        fixed (byte* start = utf8)
            connection.Check(LibSqlite.sqlite3_bind_text(handle, index, start == null ? &none : start, utf8.Length, LibSqlite.Transient));
        return this;
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="SqliteException">It failed; the statement can be reset and used again.</exception>
    public bool Step()
    {
        int code = LibSqlite.sqlite3_step(handle);
        connection.Check(code);
        return code == LibSqlite.SQLITE_ROW;
    }

    /// <summary>Runs it to its end and makes it ready for the next time.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public void Run()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Makes it ready for the next time; parameters stay.</summary>
    public void Reset() => _ = LibSqlite.sqlite3_reset(handle);

    /// <summary>A column of the current row as a number.</summary>
    public long Number(int column) => LibSqlite.sqlite3_column_int64(handle, column);

    /// <summary>A column of the current row as bytes, valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column)
    {
        byte* start = LibSqlite.sqlite3_column_blob(handle, column);
        return new ReadOnlySpan<byte>(start, LibSqlite.sqlite3_column_bytes(handle, column));
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
