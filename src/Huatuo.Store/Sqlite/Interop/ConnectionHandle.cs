using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Sqlite.Interop;

/// <summary>An open database.</summary>
internal sealed class ConnectionHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public ConnectionHandle(nint database)
        : base(ownsHandle: true) => SetHandle(database);

    protected override bool ReleaseHandle() => LibSqlite.sqlite3_close_v2(handle) == LibSqlite.SQLITE_OK;
}
