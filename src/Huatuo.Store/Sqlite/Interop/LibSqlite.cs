using System.Runtime.InteropServices;

namespace Huatuo.Store.Sqlite.Interop;

/// <summary>The part of SQLite 3.50 that is used; names and signatures are those of sqlite3.h.</summary>
internal static unsafe partial class LibSqlite
{
    public const int SQLITE_OK = 0;
    public const int SQLITE_BUSY = 5;
    public const int SQLITE_READONLY = 8;
    public const int SQLITE_CORRUPT = 11;
    public const int SQLITE_FULL = 13;
    public const int SQLITE_CANTOPEN = 14;
    public const int SQLITE_NOTADB = 26;
    public const int SQLITE_ROW = 100;
    public const int SQLITE_DONE = 101;

    public const int SQLITE_OPEN_READONLY = 0x1;
    public const int SQLITE_OPEN_READWRITE = 0x2;
    public const int SQLITE_OPEN_CREATE = 0x4;
    public const int SQLITE_OPEN_URI = 0x40;
    public const int SQLITE_OPEN_NOMUTEX = 0x8000;
    public const int SQLITE_OPEN_EXRESCODE = 0x2000000;

    public const uint SQLITE_PREPARE_PERSISTENT = 1;

    /// <summary>SQLITE_TRANSIENT: the bytes are copied before the call returns.</summary>
    public const nint Transient = -1;

    private const string Library = "e_sqlite3";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_open_v2(string path, out nint database, int flags, nint vfs);

    [LibraryImport(Library)]
    public static partial int sqlite3_close_v2(nint database);

    [LibraryImport(Library)]
    public static partial int sqlite3_busy_timeout(ConnectionHandle database, int milliseconds);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errmsg(ConnectionHandle database);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errstr(int code);

    [LibraryImport(Library)]
    public static partial int sqlite3_system_errno(ConnectionHandle database);

    [LibraryImport(Library)]
    public static partial int sqlite3_db_release_memory(ConnectionHandle database);

    [LibraryImport(Library)]
    public static partial int sqlite3_prepare_v3(ConnectionHandle database, byte* sql, int length, uint flags, out nint statement, out byte* rest);

    [LibraryImport(Library)]
    public static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_step(StatementHandle statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(StatementHandle statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_int64(StatementHandle statement, int index, long value);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_text(StatementHandle statement, int index, byte* text, int length, nint destructor);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_blob(StatementHandle statement, int index, byte* bytes, int length, nint destructor);

    [LibraryImport(Library)]
    public static partial long sqlite3_column_int64(StatementHandle statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_blob(StatementHandle statement, int column);

    [LibraryImport(Library)]
    public static partial int sqlite3_column_bytes(StatementHandle statement, int column);
}
