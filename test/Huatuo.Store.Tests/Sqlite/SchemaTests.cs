using Huatuo.Store.Search;
using Huatuo.Store.Sqlite;
using Huatuo.Store.Sqlite.Interop;
using Huatuo.Store.Tests.Search;

namespace Huatuo.Store.Tests.Sqlite;

public sealed class SchemaTests : IDisposable
{
    private const int ReadWrite = LibSqlite.SQLITE_OPEN_READWRITE | LibSqlite.SQLITE_OPEN_CREATE;

    private readonly string _directory = Directory.CreateTempSubdirectory("huatuo-schema-").FullName;

    private string File => Path.Combine(_directory, "events.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task An_older_file_is_upgraded_with_what_is_in_it()
    {
        await Store(10);
        using SqliteConnection connection = Open();
        string[] steps = [.. Schema.Steps, "ALTER TABLE partitions ADD COLUMN note TEXT", "UPDATE partitions SET note='kept'"];
        Assert.True(Schema.Upgrade(connection, steps));
        Assert.Equal(steps.Length, connection.Number("PRAGMA user_version"));
        Assert.Equal(1, connection.Number("SELECT count(*) FROM partitions WHERE note='kept'"));
        Assert.Equal(10, connection.Number("SELECT count(*) FROM events_1"));
        Assert.True(Schema.Upgrade(connection, steps));
    }

    [Fact]
    public async Task An_upgrade_that_fails_leaves_the_file_as_it_was()
    {
        await Store(10);
        using SqliteConnection connection = Open();
        Assert.Throws<SqliteException>(() => Schema.Upgrade(connection, [.. Schema.Steps, "ALTER TABLE partitions ADD COLUMN note TEXT", "SELECT nonsense"]));
        Assert.Equal(Schema.Steps.Count, connection.Number("PRAGMA user_version"));
        Assert.Equal(0, connection.Number("SELECT count(*) FROM pragma_table_info('partitions') WHERE name='note'"));
    }

    [Fact]
    public void What_fails_is_told_also_when_the_transaction_has_ended_by_it()
    {
        using SqliteConnection connection = Open();
        SqliteException failure = Assert.Throws<SqliteException>(() => Schema.Upgrade(connection, ["ROLLBACK; SELECT * FROM nowhere"]));
        Assert.Contains("no such table: nowhere", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_file_is_set_aside_whole()
    {
        await Store(10);
        using (SqliteConnection connection = Open())
            connection.Execute("PRAGMA user_version=99");
        EventReadException refused = Assert.Throws<EventReadException>(() => EventReader.Open(File));
        Assert.Equal($"{File} was written by a newer version of huatuo", refused.Message);

        await using (var stand = new StoreStand(_directory))
        {
            await stand.StoreAsync([new Sample().Document(1)]);
            Assert.Equal([$"sqlite: {File} was written by a newer version; it is kept as {File}.newer, and a new file is made"], stand.Log);
            Assert.Single(stand.Find(new EventQuery()));
        }
        using SqliteConnection aside = SqliteConnection.Open(File + ".newer", LibSqlite.SQLITE_OPEN_READONLY, TimeSpan.FromSeconds(5));
        Assert.Equal(10, aside.Number("SELECT count(*) FROM events_1"));
    }

    private SqliteConnection Open() => SqliteConnection.Open(File, ReadWrite, TimeSpan.FromSeconds(5));

    private async Task Store(int events)
    {
        await using var stand = new StoreStand(_directory);
        await stand.StoreAsync(Enumerable.Range(0, events).Select(new Sample().Document));
    }
}
