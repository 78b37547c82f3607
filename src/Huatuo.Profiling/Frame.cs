namespace Huatuo.Profiling;

/// <summary>One place in a stack.</summary>
/// <param name="Name">The function, or what is there instead of one.</param>
/// <param name="Module">The file or kernel module that it is in; empty when that is not known.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct Frame(string Name, string Module, FrameKind Kind)
{
    /// <summary>What is written where a name is not known.</summary>
    internal const string Unknown = "[unknown]";
}

/// <summary>What a frame is.</summary>
internal enum FrameKind
{
    /// <summary>The process that all frames above belong to.</summary>
    Process,

    /// <summary>A function of the process.</summary>
    User,

    /// <summary>A function of the kernel.</summary>
    Kernel,

    /// <summary>No function: why the process waits, and who woke it.</summary>
    Reason,
}
