using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Search;

/// <summary>The event store cannot be read; the message is for a user.</summary>
/// <param name="message">Why.</param>
public sealed class EventReadException(string message) : Exception(message)
{
    /// <summary>Does something, and makes an exception of this kind of one of SQLite.</summary>
    internal static T Of<T>(string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException failure)
        {
            throw new EventReadException($"cannot read {what}: {failure.Message}");
        }
        catch (DllNotFoundException)
        {
            throw new EventReadException("libe_sqlite3.so is not beside the program, which cannot read events without it");
        }
    }
}
