namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>The lines of a pipe as they come.</summary>
internal sealed class Lines
{
    private readonly List<string> _lines = [];

    public Lines(StreamReader reader) => Ended = Task.Run(() => ReadAsync(reader));

    /// <summary>Completes when the other end is closed.</summary>
    public Task Ended { get; }

    public string Text => string.Join('\n', Snapshot());

    public string[] Snapshot()
    {
        lock (_lines)
            return [.. _lines];
    }

    private async Task ReadAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                lock (_lines)
                    _lines.Add(line);
        }
        catch (Exception closedHere) when (closedHere is ObjectDisposedException or IOException)
        {
        }
    }
}
