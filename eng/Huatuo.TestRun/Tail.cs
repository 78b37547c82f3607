using System.Text;

namespace Huatuo.TestRun;

/// <summary>Keeps the last lines of a program's output, and gives all of it to a log.</summary>
internal sealed class Tail(TextWriter log, int lines)
{
    private readonly Queue<string> kept = new();
    private readonly Lock gate = new();

    public async Task ReadAsync(TextReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (gate)
            {
                log.WriteLine(line);
                kept.Enqueue(line);
                if (kept.Count > lines)
                    kept.Dequeue();
            }
        }
    }

    public override string ToString()
    {
        lock (gate)
            return new StringBuilder().AppendJoin('\n', kept).ToString();
    }
}
