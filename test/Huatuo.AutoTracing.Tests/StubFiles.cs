using Huatuo.AutoTracing.Iotracing;

namespace Huatuo.AutoTracing.Tests;

/// <summary>What the kernel is said to have seen of files, and which disk was asked for.</summary>
internal sealed class StubFiles : IFileWatches
{
    /// <summary>Null for a kernel that cannot tell.</summary>
    internal WatchedFiles? Seen { get; set; } = new([], default, 0);

    /// <summary>How many looks are under way.</summary>
    internal int Open { get; private set; }

    internal BlockStack? Stack { get; private set; }

    public IFileWatch? TryStart(BlockStack stack, out string? lacking)
    {
        Stack = stack;
        lacking = Seen is null ? "needs another kernel" : null;
        Open += Seen is null ? 0 : 1;
        return Seen is { } seen ? new Watch(this, seen) : null;
    }

    private sealed class Watch(StubFiles owner, WatchedFiles seen) : IFileWatch
    {
        public WatchedFiles End() => seen;

        public void Dispose() => owner.Open--;
    }
}
