namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>What a pod's container does and may have.</summary>
internal sealed record PodShape
{
    /// <summary>A program of busybox, and its arguments.</summary>
    internal string[] Program { get; init; } = ["sleep", "600"];

    /// <summary>Its memory limit; 0 is none.</summary>
    internal long MemoryBytes { get; init; }
}
