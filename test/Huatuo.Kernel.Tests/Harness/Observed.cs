using System.Globalization;
using System.Text.Json;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>
/// What a test provoked of one tracer, what of it was told, and what was told where nothing was to be. Attached to the test's result:
/// the page on what was seen on which kernel is made of it.
/// </summary>
internal sealed class Observed(string tracer)
{
    private const string Prefix = "observed";
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (int Provoked, int Seen, int Silences, int False)> _kinds = new(StringComparer.Ordinal);

    /// <summary>An event that was provoked and told.</summary>
    internal void See(JsonElement document) => Add(Kind(document), (1, 1, 0, 0));

    /// <summary>Events that were provoked, and how many of them were told.</summary>
    internal void See(int provoked, int seen) => Add(tracer, (provoked, seen, 0, 0));

    /// <summary>A time at which nothing was to be told, and what was.</summary>
    internal void Silence(int told) => Add(tracer, (0, 0, 1, told));

    /// <summary>Attaches it to the running test.</summary>
    internal void Attach()
    {
        lock (_lock)
        {
            if (_kinds.Count == 0)
                return;
            string text = string.Join('\n', _kinds.Select(kind => string.Create(
                CultureInfo.InvariantCulture, $"{kind.Key}\t{kind.Value.Provoked}\t{kind.Value.Seen}\t{kind.Value.Silences}\t{kind.Value.False}")));
            TestContext.Current.AddAttachment($"{Prefix} {Guid.NewGuid():N}", text);
            _kinds.Clear();
        }
    }

    // Hardware errors of one source say nothing of the others.
    private string Kind(JsonElement document) =>
        tracer == "ras" ? $"{tracer} {document.GetProperty("tracer_data").GetProperty("event").GetString()}" : tracer;

    private void Add(string kind, (int Provoked, int Seen, int Silences, int False) more)
    {
        lock (_lock)
        {
            _kinds.TryGetValue(kind, out (int Provoked, int Seen, int Silences, int False) sum);
            _kinds[kind] = (sum.Provoked + more.Provoked, sum.Seen + more.Seen, sum.Silences + more.Silences, sum.False + more.False);
        }
    }
}
