using Huatuo.Bpf.Abi;
using Huatuo.Flow.Options;
using Huatuo.Profiling.Io;
using Huatuo.Profiling.Lock;
using Huatuo.Profiling.Memory;
using Huatuo.Profiling.OnCpu;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Continuous;

/// <summary>The section <c>profiling</c>: profiles that are taken all the time.</summary>
internal sealed class ContinuousOptions
{
    /// <summary>The file under the data folder that profiles are searched in.</summary>
    internal const string File = "profiles.db";

    internal static OptionSchema<ContinuousOptions> Schema { get; } = new OptionSchema<ContinuousOptions>("profiling")
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v,
            "Whether profiles are taken all the time.")
        .Add("profilers", OptionTypes.List(OptionTypes.Choice(("oncpu", ContinuousKind.OnCpu), ("offcpu", ContinuousKind.OffCpu), ("memory", ContinuousKind.Memory), ("io", ContinuousKind.Io), ("lock", ContinuousKind.Lock))), o => o.Profilers, (o, v) => o.Profilers = v,
            "Which profilers run.")
        .Add("window", OptionTypes.DurationBetween(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), o => o.Window, (o, v) => o.Window = v,
            "The time that a stored profile spans.")
        .Add("frequency", OptionTypes.Integer(1, 1000), o => o.Frequency, (o, v) => o.Frequency = v,
            "Samples a second of each CPU that oncpu takes, as long as the budget allows it.")
        .Add("oncpu_event", OnCpuOptions.CpuEvents, o => o.OncpuEvent, (o, v) => o.OncpuEvent = v,
            "What brings a CPU to sample itself: cpu-clock, a timer; or cycles, its own counter, which most virtual machines have not.")
        .Add("min_duration", OptionTypes.DurationBetween(TimeSpan.Zero, TimeSpan.FromHours(1)), o => o.MinDuration, (o, v) => o.MinDuration = v,
            "Waits shorter than this are only counted by offcpu; more when the budget asks for it.")
        .Add("memory_kind", OptionTypes.Choice(("physical", MemoryKind.Physical), ("held", MemoryKind.Held), ("virtual", MemoryKind.Virtual)), o => o.MemoryKind, (o, v) => o.MemoryKind = v,
            "What memory tells: physical, pages that are taken; held, those that are not given back; virtual, address space.")
        .Add("memory_sample", OptionTypes.Bytes(new ByteSize(1), new ByteSize(MemoryOptions.MostInterval)), o => o.MemorySample, (o, v) => o.MemorySample = v,
            "What is smaller is taken by memory by chance and counted as this much; more when the budget asks for it.")
        .Add("io_layer", OptionTypes.Choice(("block", IoLayer.Block), ("file", IoLayer.File)), o => o.IoLayer, (o, v) => o.IoLayer = v,
            "Where io looks: block, operations of disks; file, calls that read and write files.")
        .Add("io_sample", OptionTypes.Bytes(new ByteSize(1), new ByteSize(IoOptions.MostInterval)), o => o.IoSample, (o, v) => o.IoSample = v,
            "What moves less, and of files takes less than that part of a millisecond, is taken by io by chance; more when the budget asks for it.")
        .Add("lock_kind", OptionTypes.Choice(("all", LockKinds.All), ("kernel", LockKinds.Kernel), ("futex", LockKinds.Futex)), o => o.LockKind, (o, v) => o.LockKind = v,
            "Whose locks lock tells: of the kernel, of programs (futex), or all.")
        .Add("lock_sample", OptionTypes.DurationBetween(TimeSpan.Zero, LockOptions.MostInterval), o => o.LockSample, (o, v) => o.LockSample = v,
            "Waits that are shorter are taken by lock by chance and counted as this long; more when the budget asks for it.")
        .Add("unwind", OptionTypes.Choice(("auto", UnwindMode.Both), ("fp", UnwindMode.Pointers), ("dwarf", UnwindMode.Tables)), o => o.Unwind, (o, v) => o.Unwind = v,
            "How stacks of programs are followed: fp, by frame pointers; dwarf, by the call frame information of files; auto, by that and where there is none by frame pointers.")
        .Add("unwind_bytes", OptionTypes.Bytes(ByteSize.MiB(1), ByteSize.GiB(4)), o => o.UnwindBytes, (o, v) => o.UnwindBytes = v,
            "What the tables for that may take of the kernel's memory; files that there is no room for have none.")
        .Add("cpu_budget", OptionTypes.Number(0.01, 100), o => o.CpuBudget, (o, v) => o.CpuBudget = v,
            "The percentage of the machine's CPU time that all profilers together may take; over it, they sample less.")
        .Add("sinks", OptionTypes.List(OptionTypes.Choice(("sqlite", ContinuousSink.Sqlite), ("local", ContinuousSink.Local), ("elasticsearch", ContinuousSink.Elasticsearch), ("otlp", ContinuousSink.Otlp))), o => o.Sinks, (o, v) => o.Sinks = v,
            "Where profiles go: sqlite is the profile store that the API reads; the others are the agent's own sinks, when they are enabled.")
        .Add("max_size", OptionTypes.Bytes(ByteSize.MiB(4), ByteSize.GiB(1024)), o => o.MaxSize, (o, v) => o.MaxSize = v,
            "The size of the profile store; the oldest profiles go when there are more, an eighth at a time.")
        .Add("max_age", OptionTypes.DurationBetween(TimeSpan.FromMinutes(1), TimeSpan.FromHours(10_000)), o => o.MaxAge, (o, v) => o.MaxAge = v,
            "Profiles older than this go, an eighth of it at a time.");

    internal bool Enabled { get; set; }

    internal IReadOnlyList<ContinuousKind> Profilers { get; set; } = [ContinuousKind.OnCpu];

    internal TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    internal int Frequency { get; set; } = 99;

    internal CpuEvent OncpuEvent { get; set; } = CpuEvent.Clock;

    internal TimeSpan MinDuration { get; set; } = TimeSpan.FromMilliseconds(1);

    internal MemoryKind MemoryKind { get; set; } = MemoryKind.Physical;

    internal ByteSize MemorySample { get; set; } = ByteSize.KiB(512);

    internal IoLayer IoLayer { get; set; } = IoLayer.Block;

    internal ByteSize IoSample { get; set; } = ByteSize.KiB(16);

    internal LockKinds LockKind { get; set; } = LockKinds.All;

    internal TimeSpan LockSample { get; set; } = TimeSpan.FromMicroseconds(100);

    internal UnwindMode Unwind { get; set; } = UnwindMode.Both;

    internal ByteSize UnwindBytes { get; set; } = new(Unwinder.DefaultBytes);

    internal double CpuBudget { get; set; } = 1;

    internal IReadOnlyList<ContinuousSink> Sinks { get; set; } = [ContinuousSink.Sqlite];

    internal ByteSize MaxSize { get; set; } = ByteSize.MiB(512);

    internal TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);
}

/// <summary>Profilers that can run all the time.</summary>
internal enum ContinuousKind
{
    /// <summary>Time on CPUs.</summary>
    OnCpu,

    /// <summary>Time away from them.</summary>
    OffCpu,

    /// <summary>Memory that is taken.</summary>
    Memory,

    /// <summary>Input and output.</summary>
    Io,

    /// <summary>Waits for locks.</summary>
    Lock,
}

/// <summary>Where profiles go.</summary>
internal enum ContinuousSink
{
    /// <summary>The profile store.</summary>
    Sqlite,

    /// <summary>The files of events.</summary>
    Local,

    /// <summary>The agent's server, if it has one.</summary>
    Elasticsearch,

    /// <summary>The agent's collector, if it has one.</summary>
    Otlp,
}
