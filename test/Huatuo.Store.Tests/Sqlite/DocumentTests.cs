using System.Text;
using Huatuo.Flow.Ledger;
using Huatuo.Store.Search;
using Huatuo.Store.Sqlite.Interop;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Search;

namespace Huatuo.Store.Tests.Sqlite;

public sealed class DocumentTests
{
    [Fact]
    public async Task Documents_come_back_byte_for_byte_and_each_stack_is_stored_once()
    {
        var sample = new Sample();
        byte[][] documents = [.. Enumerable.Range(0, 3000).Select(sample.Document)];
        await using var stand = new StoreStand();
        await stand.StoreAsync(documents);

        Assert.Equal(Texts(documents), Texts(stand.Find(new EventQuery())).Order(StringComparer.Ordinal));
        Assert.Equal(3000, stand.Ledgers.Sum(ledger => ledger.Stored));
        using SqliteConnection connection = SqliteConnection.Open(stand.Path, LibSqlite.SQLITE_OPEN_READONLY, TimeSpan.FromSeconds(5));
        Assert.Equal(40, connection.Number("SELECT count(*) FROM stacks_1"));
        Assert.Equal(40, connection.Number("SELECT count(DISTINCT text) FROM stacks_1"));
        Assert.Equal(0, connection.Number("SELECT count(*) FROM events_1 WHERE instr(document, 'tcp_v4_rcv')>0"));
    }

    [Fact]
    public async Task A_tracers_events_keep_their_order()
    {
        await using var stand = new StoreStand();
        var sample = new Sample();
        byte[][] documents = [.. Enumerable.Range(0, 500).Select(sample.Document)];
        await stand.StoreAsync(documents);
        Assert.Equal(
            documents.Where(document => Sample.Tracer(document) == "dropwatch").Select(Encoding.UTF8.GetString),
            stand.Find(new EventQuery { Tracers = ["dropwatch"] }).Select(Encoding.UTF8.GetString));
    }

    [Theory]
    [InlineData("""{"tracer_data":{"stack":"\u0001\\ short"}}""")]
    [InlineData("""{"stack":"an escaped \" quote and \n lines, long enough to be cut out of the document \\"}""")]
    [InlineData("""{"stack":["not a string, and long enough to be cut out if it were"],"a":[[1,2],{}],"b":{}}""")]
    [InlineData("""{"a":1e300,"stack":"0123456789012345678901234567890123456789","stack":"0123456789012345678901234567890123456789"}""")]
    [InlineData("""{"a":"\ud800 no character","stack":"\ud800 no character either, and long enough to be cut out"}""")]
    [InlineData("{}")]
    public async Task Odd_documents_come_back_too(string document)
    {
        await using var stand = new StoreStand();
        var (channel, ledger) = stand.Open("odd");
        channel.Accept(Encoding.UTF8.GetBytes(document));
        await SinkStand.Settled(ledger);
        Assert.Equal([document], Texts(stand.Find(new EventQuery())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":\"\u0001\"}")]
    [InlineData("{} {}")]
    public async Task What_is_no_document_is_a_counted_loss_and_told_once(string text)
    {
        await using var stand = new StoreStand();
        var (channel, ledger) = stand.Open("odd");
        channel.Accept("""{"n":1}"""u8);
        channel.Accept(Encoding.UTF8.GetBytes(text));
        channel.Accept(Encoding.UTF8.GetBytes(text));
        channel.Accept("""{"n":2}"""u8);
        await SinkStand.Settled(ledger);
        Assert.Equal(2, ledger.Stored);
        Assert.Equal(2, ledger.Dropped(SinkStage.Write));
        SinkStand.AssertBalanced(ledger, 4);
        Assert.Equal(["sqlite: odd: a document is not JSON and was dropped"], stand.Log);
        Assert.Equal(["""{"n":1}""", """{"n":2}"""], Texts(stand.Find(new EventQuery())));
    }

    private static IEnumerable<string> Texts(IEnumerable<byte[]> documents) => documents.Select(Encoding.UTF8.GetString).Order(StringComparer.Ordinal);
}
