namespace Huatuo.Flow.Options;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Position">Where.</param>
/// <param name="Path">The dotted path of the key; empty when the trouble is with the text itself.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record Diagnostic(Position Position, string Path, string Message)
{
    /// <summary><c>huatuo.yaml:12:5: tracers.dropwatch.port: unknown key; did you mean 'ports'?</c></summary>
    public override string ToString() =>
        Quote.Line(Path.Length == 0 ? $"{Position}: {Message}" : $"{Position}: {Path}: {Message}");
}
