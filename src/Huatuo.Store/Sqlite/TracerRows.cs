using System.Text;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Sqlite;

/// <summary>The tracers' names and their numbers in the tables.</summary>
internal sealed class TracerRows(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, long> _known = [];
    private readonly SqliteStatement _find = connection.Prepare("SELECT id FROM tracers WHERE name=?1");
    private readonly SqliteStatement _insert = connection.Prepare("INSERT INTO tracers(name) VALUES(?1) RETURNING id");

    /// <summary>The number of a tracer, which gets one if it has none.</summary>
    /// <exception cref="SqliteException">It cannot be stored.</exception>
    public long Find(string tracer)
    {
        if (_known.TryGetValue(tracer, out long id))
            return id;
        byte[] name = Encoding.UTF8.GetBytes(tracer);
        id = First(_find, name) ?? First(_insert, name)!.Value;
        _known.Add(tracer, id);
        return id;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _find.Dispose();
        _insert.Dispose();
    }

    private static long? First(SqliteStatement statement, byte[] name)
    {
        statement.BindText(1, name);
        try
        {
            return statement.Step() ? statement.Number(0) : null;
        }
        finally
        {
            statement.Reset();
        }
    }
}
