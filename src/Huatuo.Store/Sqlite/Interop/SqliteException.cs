namespace Huatuo.Store.Sqlite.Interop;

/// <summary>A call of SQLite that failed.</summary>
/// <param name="code">The extended result code.</param>
/// <param name="errno">The system's error number behind it, or 0.</param>
/// <param name="message">SQLite's own words.</param>
internal sealed class SqliteException(int code, int errno, string message) : Exception(message)
{
    /// <summary>The primary result code.</summary>
    public int Code => code & 0xff;

    /// <summary>The system's error number behind it, or 0.</summary>
    public int Errno => errno;

    /// <summary>Whether the file is not a sound database.</summary>
    public bool IsCorrupt => Code is LibSqlite.SQLITE_CORRUPT or LibSqlite.SQLITE_NOTADB;
}
