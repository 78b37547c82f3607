using System.Runtime.InteropServices;
using System.Text;

namespace Huatuo.Store.Sqlite.Interop;

/// <summary>A connection to one database file. Used by one thread at a time.</summary>
internal sealed unsafe class SqliteConnection : IDisposable
{
    private readonly ConnectionHandle _handle;

    private SqliteConnection(ConnectionHandle handle) => _handle = handle;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file, or a <c>file:</c> URI with SQLITE_OPEN_URI.</param>
    /// <param name="flags">SQLITE_OPEN_*.</param>
    /// <param name="busy">How long a call waits for a lock of somebody else.</param>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    /// <exception cref="DllNotFoundException">There is no SQLite.</exception>
    public static SqliteConnection Open(string path, int flags, TimeSpan busy)
    {
        int code = LibSqlite.sqlite3_open_v2(path, out nint database, flags | LibSqlite.SQLITE_OPEN_NOMUTEX | LibSqlite.SQLITE_OPEN_EXRESCODE, 0);
        var connection = new SqliteConnection(new ConnectionHandle(database));
        try
        {
            connection.Check(code);
            connection.Check(LibSqlite.sqlite3_busy_timeout(connection._handle, (int)busy.TotalMilliseconds));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Prepares one statement that is used often.</summary>
    /// <exception cref="SqliteException">It is not right, or the database is not.</exception>
    public SqliteStatement Prepare(string sql)
    {
        byte[] text = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = text)
        {
            Check(LibSqlite.sqlite3_prepare_v3(_handle, start, text.Length, LibSqlite.SQLITE_PREPARE_PERSISTENT, out nint statement, out _));
            return new SqliteStatement(this, new StatementHandle(statement));
        }
    }

    /// <summary>Runs one or more statements separated by semicolons; rows are passed over.</summary>
    /// <exception cref="SqliteException">One of them failed.</exception>
    public void Execute(string sql)
    {
        byte[] text = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = text)
        {
            byte* end = start + text.Length;
            for (byte* next = start; next < end;)
            {
                Check(LibSqlite.sqlite3_prepare_v3(_handle, next, (int)(end - next), 0, out nint statement, out next));
                if (statement == 0)
                    break;
                using var prepared = new SqliteStatement(this, new StatementHandle(statement));
                while (prepared.Step())
                {
                }
            }
        }
    }

    /// <summary>The first column of the first row, as a number; 0 without a row.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public long Number(string sql)
    {
        using SqliteStatement statement = Prepare(sql);
        return statement.Step() ? statement.Number(0) : 0;
    }

    /// <summary>Ends a transaction without its changes. After some failures SQLite has done so by itself, which is as well.</summary>
    public void RollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // What had failed is what counts.
        }
    }

    /// <summary>Gives back what the page cache holds.</summary>
    public void ReleaseMemory() => _ = LibSqlite.sqlite3_db_release_memory(_handle);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>Throws unless the code says that all is well.</summary>
    /// <exception cref="SqliteException">It does not.</exception>
    public void Check(int code)
    {
        if (code is LibSqlite.SQLITE_OK or LibSqlite.SQLITE_ROW or LibSqlite.SQLITE_DONE)
            return;
        if (_handle.IsInvalid)
            throw new SqliteException(code, 0, Marshal.PtrToStringUTF8((nint)LibSqlite.sqlite3_errstr(code)) ?? "");
        string message = Marshal.PtrToStringUTF8((nint)LibSqlite.sqlite3_errmsg(_handle)) ?? "";
        throw new SqliteException(code, LibSqlite.sqlite3_system_errno(_handle), message);
    }
}
