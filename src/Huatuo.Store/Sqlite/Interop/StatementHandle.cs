using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Sqlite.Interop;

/// <summary>A prepared statement.</summary>
internal sealed class StatementHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public StatementHandle(nint statement)
        : base(ownsHandle: true) => SetHandle(statement);

    // The code is that of the last step, which was looked at then.
    protected override bool ReleaseHandle()
    {
        _ = LibSqlite.sqlite3_finalize(handle);
        return true;
    }
}
