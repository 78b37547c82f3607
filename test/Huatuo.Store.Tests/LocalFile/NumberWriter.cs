using System.Globalization;
using Huatuo.Flow.Ledger;
using Huatuo.Store.LocalFile;

namespace Huatuo.Store.Tests.LocalFile;

/// <summary>The child that is killed: sends numbered documents through a sink and prints how many are stored.</summary>
internal static class NumberWriter
{
    public const string Verb = "write-numbers";

    /// <param name="arguments">The directory and the first number.</param>
    public static int Run(string[] arguments)
    {
        var options = new LocalFileOptions { Directory = arguments[0], Bounds = new LocalFileBounds { RotateBytes = 256 << 10, RotateCount = 1000 } };
        var ledger = new SinkLedger("local");
        var sink = new LocalFileSink(options, TimeProvider.System, Console.Error.WriteLine);
        var channel = sink.Open("numbers", ledger);
        using Stream output = Console.OpenStandardOutput();
        long number = long.Parse(arguments[1], CultureInfo.InvariantCulture);
        long told = -1;
        var random = new Random();
        while (true)
        {
            while (ledger.Pending < 50)
                channel.Accept(Numbered.Document(number++, random.Next(20, 3000)));
            long stored = ledger.Stored;
            if (stored != told)
                output.Write(System.Text.Encoding.ASCII.GetBytes($"{told = stored}\n"));
            Thread.Yield();
        }
    }
}
