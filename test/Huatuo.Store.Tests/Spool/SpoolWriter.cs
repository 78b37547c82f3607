using System.Globalization;
using System.Text;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Spool;
using Huatuo.Store.Tests.LocalFile;

namespace Huatuo.Store.Tests.Spool;

/// <summary>The child that is killed: sends numbered documents to a spool and prints how many are kept.</summary>
internal static class SpoolWriter
{
    public const string Verb = "write-spool";

    /// <param name="arguments">The folder and the first number.</param>
    public static int Run(string[] arguments)
    {
        var ledger = new SinkLedger("server");
        var queue = new SpoolQueue("server", new SpoolOptions { Directory = arguments[0], MaxBytes = 64 << 20 }, 1 << 20, TimeProvider.System, Console.Error.WriteLine);
        IEventChannel channel = queue.Open("numbers", ledger);
        using Stream output = Console.OpenStandardOutput();
        long first = long.Parse(arguments[1], CultureInfo.InvariantCulture);
        long number = first;
        long told = -1;
        var random = new Random();
        while (true)
        {
            while (number - first - queue.Kept < 200)
                channel.Accept(Numbered.Document(number++, random.Next(21, 3000)));
            long kept = queue.Kept;
            if (kept != told)
                output.Write(Encoding.ASCII.GetBytes($"{told = kept}\n"));
            Thread.Yield();
        }
    }
}
