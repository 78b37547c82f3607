namespace Huatuo.Kernel.Tests.Harness;

/// <summary>One drop as the kernel's own tracing recorded it.</summary>
/// <param name="Time">CLOCK_MONOTONIC.</param>
/// <param name="Cpu">The CPU.</param>
/// <param name="Comm">The task that was current.</param>
/// <param name="Tid">Its thread id.</param>
/// <param name="Context">As documents name it.</param>
/// <param name="SkbAddress">The packet.</param>
/// <param name="Location">The address in the kernel.</param>
/// <param name="Reason">The kernel's name for it, <see cref="NoReason"/> where it gives none (before 5.17).</param>
internal sealed record OracleDrop(TimeSpan Time, int Cpu, string Comm, int Tid, string Context, ulong SkbAddress, ulong Location, string Reason)
{
    /// <summary>As documents call it.</summary>
    internal const string NoReason = "NOT_SUPPORTED";

    /// <summary>What an event and its record have in common.</summary>
    internal string Key => $"{SkbAddress:x} {Location:x} {Reason}";
}
