namespace Huatuo.Flow;

/// <summary>
/// What the agent says about itself, a line each: on a terminal with a word for the level, under systemd with the
/// journal's own prefix.
/// </summary>
/// <param name="output">Normally standard error.</param>
/// <param name="journal">Whether standard error is the journal (<c>JOURNAL_STREAM</c> is set).</param>
public sealed class AgentLog(TextWriter output, bool journal)
{
    private readonly Lock _lock = new();

    /// <summary>The log on the standard error, in the journal's form when that is where it goes.</summary>
    public static AgentLog OfThisProcess() => new(Console.Error, Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null);

    /// <summary>Something the operator may want to know.</summary>
    public void Info(string message) => Write("info", 6, message);

    /// <summary>Something is not as it should be, and the agent goes on.</summary>
    public void Warn(string message) => Write("warning", 4, message);

    /// <summary>Something failed.</summary>
    public void Error(string message) => Write("error", 3, message);

    private void Write(string word, int priority, string message)
    {
        // What a client or a process chose may be a part of it.
        string line = PrintableText.Of(message.ReplaceLineEndings(" "));
        lock (_lock)
            output.WriteLine(journal ? $"<{priority}>{line}" : $"huatuo: {word}: {line}");
    }
}
