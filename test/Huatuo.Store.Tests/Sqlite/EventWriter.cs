using System.Globalization;
using System.Text;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Sqlite;
using Huatuo.Store.Tests.LocalFile;

namespace Huatuo.Store.Tests.Sqlite;

/// <summary>The child that is killed: sends numbered documents to an event store and prints how many are stored.</summary>
internal static class EventWriter
{
    public const string Verb = "write-events";

    /// <param name="arguments">The file and the first number.</param>
    public static int Run(string[] arguments)
    {
        var options = new SqliteSinkOptions { Path = arguments[0] };
        var ledger = new SinkLedger("sqlite");
        var sink = new SqliteSink(options, TimeProvider.System, Console.Error.WriteLine);
        IEventChannel channel = sink.Open("numbers", ledger);
        using Stream output = Console.OpenStandardOutput();
        long number = long.Parse(arguments[1], CultureInfo.InvariantCulture);
        long told = -1;
        var random = new Random();
        while (true)
        {
            while (ledger.Pending < 200)
                channel.Accept(Numbered.Document(number++, random.Next(20, 3000)));
            long stored = ledger.Stored;
            if (stored != told)
                output.Write(Encoding.ASCII.GetBytes($"{told = stored}\n"));
            Thread.Yield();
        }
    }
}
