using Huatuo.Bpf.Maps;

namespace Huatuo.Profiling.Unwinding;

/// <summary>The table of a file as the kernel side has it; without parts when there is none for it.</summary>
/// <param name="Parts">By address, each with its number in the kernel.</param>
internal sealed record LoadedTable(IReadOnlyList<LoadedPart> Parts)
{
    /// <summary>What it takes in the kernel.</summary>
    internal long Bytes { get; } = Parts.Sum(part => part.Bytes);

    /// <summary>How many processes have it.</summary>
    internal int Users { get; set; }

    /// <summary>When the last of them went.</summary>
    internal long IdleSince { get; set; }
}

/// <summary>A part of it.</summary>
/// <param name="Begin">The address from which on it holds, in the file's own terms.</param>
/// <param name="Number">Its number.</param>
/// <param name="Map">Its rows.</param>
/// <param name="Bytes">What it takes.</param>
internal sealed record LoadedPart(ulong Begin, uint Number, InnerMap Map, long Bytes);
