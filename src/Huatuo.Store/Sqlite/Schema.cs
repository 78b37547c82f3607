using System.Globalization;
using Huatuo.Store.Search;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Sqlite;

/// <summary>
/// The tables. Events lie in partitions, numbered from 1, each with tables of its own: the oldest is dropped as a whole,
/// which costs next to nothing, where deleting rows and words one by one would cost as much as writing them.
/// </summary>
internal static class Schema
{
    /// <summary>What turns a file of one version, from 0 for an empty one, into one of the next.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE partitions(
            n INTEGER PRIMARY KEY,
            first_id INTEGER NOT NULL,
            first_ns INTEGER NOT NULL,
            last_ns INTEGER,
            lag_ns INTEGER NOT NULL DEFAULT 0,
            lead_ns INTEGER NOT NULL DEFAULT 0,
            pages INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE tracers(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        """,
    ];

    /// <summary>Brings a file to the version of <paramref name="steps"/>, in one transaction.</summary>
    /// <returns>False when the file is of a newer version, which is left alone.</returns>
    /// <exception cref="SqliteException">It failed, and the file is as it was.</exception>
    public static bool Upgrade(SqliteConnection connection, IReadOnlyList<string> steps)
    {
        long version = connection.Number("PRAGMA user_version");
        if (version > steps.Count)
            return false;
        if (version == steps.Count)
            return true;
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            for (int step = (int)version; step < steps.Count; step++)
                connection.Execute(steps[step]);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={steps.Count}; COMMIT"));
            return true;
        }
        catch (SqliteException)
        {
            connection.RollBack();
            throw;
        }
    }

    /// <summary>Makes the tables of a partition.</summary>
    public static void CreatePartition(SqliteConnection connection, long n) => connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
        CREATE TABLE events_{n}(id INTEGER PRIMARY KEY, arrived_ns INTEGER NOT NULL, time_ns INTEGER NOT NULL, tracer INTEGER NOT NULL, document BLOB NOT NULL);
        CREATE TABLE stacks_{n}(id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, text BLOB NOT NULL);
        CREATE INDEX stacks_hash_{n} ON stacks_{n}(hash);
        CREATE VIRTUAL TABLE words_{n} USING fts5(words, content='', detail=none, columnsize=0, tokenize='{Words.Tokenizer}');
        CREATE VIRTUAL TABLE stack_words_{n} USING fts5(words, content='', detail=none, columnsize=0, tokenize='{Words.Tokenizer}');
        """));

    /// <summary>Drops the tables of a partition.</summary>
    public static void DropPartition(SqliteConnection connection, long n) => connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
        DROP TABLE words_{n};
        DROP TABLE stack_words_{n};
        DROP TABLE stacks_{n};
        DROP TABLE events_{n};
        DELETE FROM partitions WHERE n={n};
        """));
}
