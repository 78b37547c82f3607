using System.Globalization;
using Huatuo.Flow.Tracing;

namespace Huatuo.Agent.Runtime;

/// <summary>One line on a terminal that tells how far a profile is, or the picture of an auto-tracer.</summary>
/// <param name="terminal">Null to tell nothing.</param>
internal sealed class ProfileProgress(TextWriter? terminal) : IDisposable
{
    private const string Erase = "\r\u001b[K";

    /// <summary>Tells on standard error, when it is a terminal.</summary>
    internal static ProfileProgress OfTerminal() => new(Console.IsErrorRedirected ? null : Console.Error);

    internal void Show(CaptureProgress progress) => terminal?.Write(progress.IsOver ? Erase : string.Create(
        CultureInfo.InvariantCulture,
        $"{Erase}huatuo: {progress.Name} {progress.Elapsed.TotalSeconds:0} of {progress.Duration.TotalSeconds:0} s, {progress.Count} {progress.Events}"));

    public void Dispose() => terminal?.Write(Erase);
}
