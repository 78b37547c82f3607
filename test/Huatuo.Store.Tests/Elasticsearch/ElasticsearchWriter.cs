using System.Globalization;
using System.Text;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Elasticsearch;
using Huatuo.Store.Remote;

namespace Huatuo.Store.Tests.Elasticsearch;

/// <summary>The child that is killed: sends numbered documents to a server and prints how many are on the disk.</summary>
internal static class ElasticsearchWriter
{
    public const string Verb = "write-elasticsearch";

    /// <param name="arguments">The folder, the server and the first number.</param>
    public static int Run(string[] arguments)
    {
        var options = new RemoteSinkOptions
        {
            Addresses = [new Uri(arguments[1])],
            SpoolDirectory = arguments[0],
            BatchEvents = 50,
            BatchInterval = TimeSpan.FromMilliseconds(20),
        };
        var ledger = new SinkLedger("elasticsearch");
        var sink = new ElasticsearchSink(options, IndexName.Parse("huatuo_bamai", out _)!, TimeProvider.System, Console.Error.WriteLine);
        IEventChannel channel = sink.Open("numbers", ledger);
        using Stream output = Console.OpenStandardOutput();
        long first = long.Parse(arguments[2], CultureInfo.InvariantCulture);
        long number = first;
        long told = -1;
        while (true)
        {
            while (number - first - sink.Kept < 50)
                channel.Accept(ElasticsearchStand.Document(number++, bytes: 500));
            long kept = sink.Kept;
            if (kept != told)
                output.Write(Encoding.ASCII.GetBytes($"{told = kept}\n"));
            Thread.Yield();
        }
    }
}
