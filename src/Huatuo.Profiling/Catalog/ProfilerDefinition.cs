using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Catalog;

/// <summary>A profiler: what it is called, what can be set, and how it starts.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Summary">One sentence on it.</param>
internal abstract record ProfilerDefinition(string Name, string Summary)
{
    /// <summary>Other names that are understood.</summary>
    internal IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What can be set; the section has no name.</summary>
    internal abstract OptionSchema Options { get; }

    /// <summary>What this kernel lacks for it; null when nothing.</summary>
    /// <param name="options">What <see cref="Options"/> gave.</param>
    /// <param name="kernel">What the kernel can do.</param>
    /// <param name="btf">Its types, when it tells them.</param>
    internal abstract Unsupported? Lacks(object options, KernelFeatures kernel, KernelBtf? btf);

    /// <summary>Starts it.</summary>
    /// <param name="options">What <see cref="Options"/> gave.</param>
    /// <param name="launch">What else it takes.</param>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    internal abstract IProfiler Start(object options, ProfileLaunch launch);
}

/// <summary>A profiler by its options.</summary>
/// <typeparam name="T">Its options.</typeparam>
/// <param name="Name">What it is called.</param>
/// <param name="Summary">One sentence on it.</param>
/// <param name="Schema">What can be set.</param>
/// <param name="Missing">Tells what a kernel lacks for it.</param>
/// <param name="Begin">Starts it.</param>
internal sealed record ProfilerDefinition<T>(string Name, string Summary, OptionSchema<T> Schema, Func<T, KernelFeatures, KernelBtf?, Unsupported?> Missing, Func<T, ProfileLaunch, IProfiler> Begin)
    : ProfilerDefinition(Name, Summary)
    where T : class, new()
{
    /// <inheritdoc/>
    internal override OptionSchema Options => Schema;

    /// <inheritdoc/>
    internal override Unsupported? Lacks(object options, KernelFeatures kernel, KernelBtf? btf) => Missing((T)options, kernel, btf);

    /// <inheritdoc/>
    internal override IProfiler Start(object options, ProfileLaunch launch) => Begin((T)options, launch);
}

/// <summary>What every profiler takes beside its options.</summary>
/// <param name="Target">What is profiled.</param>
/// <param name="SplitsProcesses">Whether processes of one name are told apart.</param>
/// <param name="Symbols">The kernel's symbols.</param>
/// <param name="Kernel">What the kernel can do.</param>
/// <param name="Unwinder">Gives tables for stacks of user space; null for frame pointers alone.</param>
internal sealed record ProfileLaunch(ProfileTarget Target, bool SplitsProcesses, SymbolSource Symbols, KernelFeatures Kernel, Unwinder? Unwinder = null);

/// <summary>A profile that somebody wants.</summary>
/// <param name="Profiler">The profiler.</param>
/// <param name="Options">Its options.</param>
/// <param name="Target">What is profiled.</param>
/// <param name="SplitsProcesses">Whether processes of one name are told apart.</param>
internal sealed record ProfileOrder(ProfilerDefinition Profiler, object Options, ProfileTarget Target, bool SplitsProcesses)
{
    /// <summary>What this kernel lacks for it; null when nothing.</summary>
    internal Unsupported? Lacks(KernelFeatures kernel, KernelBtf? btf) => Profiler.Lacks(Options, kernel, btf);

    /// <summary>Starts it.</summary>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    internal IProfiler Start(SymbolSource symbols, KernelFeatures kernel, Unwinder? unwinder) => Profiler.Start(Options, new ProfileLaunch(Target, SplitsProcesses, symbols, kernel, unwinder));

    /// <summary>Starts it with tables of its own, by which stacks are followed where files have them, and else by frame pointers.</summary>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    internal IProfiler Start(SymbolSource symbols, KernelFeatures kernel, TimeProvider time)
    {
        var unwinder = new Unwinder(UnwindMode.Both, Unwinder.DefaultBytes, time);
        try
        {
            return new UnwoundProfiler(Start(symbols, kernel, unwinder), unwinder);
        }
        catch
        {
            unwinder.Dispose();
            throw;
        }
    }
}
