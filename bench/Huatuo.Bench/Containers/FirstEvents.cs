using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Huatuo.Bench.Latency;
using Huatuo.Bench.Measure;

namespace Huatuo.Bench.Containers;

/// <summary>From the making of each container to its first event that is told as its own.</summary>
internal sealed partial class FirstEvents
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _made = [];

    /// <summary>To the event, by the kernel's time stamp; in milliseconds, as the others.</summary>
    internal Samples Happened { get; } = new();

    /// <summary>From the event to its line in the file, as another process sees it.</summary>
    internal Samples Stored { get; } = new();

    /// <summary>Both.</summary>
    internal Samples Whole { get; } = new();

    /// <summary>Events that were told as nobody's or as another's.</summary>
    internal int Wrong { get; private set; }

    internal void Made(string id, DateTimeOffset at) => _made[id] = at;

    /// <summary>Takes a line of the file.</summary>
    /// <returns>False when each of so many containers has one.</returns>
    internal bool Take(string line, DateTimeOffset now, int containers)
    {
        string opened = Opened().Match(line).Groups[1].Value;
        if (ContainerId().Match(line).Groups[1].Value != opened)
            Wrong++;
        else if (_made.TryRemove(opened, out DateTimeOffset made))
        {
            DateTimeOffset observed = StoredLines.Observed(line);
            Happened.Add((observed - made).TotalMilliseconds);
            Stored.Add((now - observed).TotalMilliseconds);
            Whole.Add((now - made).TotalMilliseconds);
        }
        return Whole.Count < containers;
    }

    [GeneratedRegex(ShortContainers.Folder + "([0-9a-f]{64})")]
    private static partial Regex Opened();

    [GeneratedRegex("\"container_id\":\"([0-9a-f]{64})\"")]
    private static partial Regex ContainerId();
}
