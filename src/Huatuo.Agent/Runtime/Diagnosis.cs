using System.Text.Json;
using Huatuo.Agent.Configuration;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.Filters;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Kallsyms;
using Huatuo.Profiling.Io;
using Huatuo.Profiling.Lock;
using Huatuo.Profiling.Memory;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.OnCpu;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Unwinding;
using Huatuo.Runtimes;

namespace Huatuo.Agent.Runtime;

/// <summary>What this machine gives: the answer of <c>huatuo doctor</c>.</summary>
/// <param name="Kernel">Its release.</param>
/// <param name="Features">Each with <c>yes</c>, <c>no</c> or a word, and a note where something can be done.</param>
/// <param name="Privileges">Of this process, each capability that is used with <c>yes</c> or <c>no</c>, and what for; then how many others there are.</param>
/// <param name="Agent">The process of the running agent, or why there is none; then the same of it.</param>
/// <param name="Names">Each source of container names with <c>yes, no</c> or <c>absent</c>, and what it said.</param>
/// <param name="Tracers">Each with the rung it takes, or the reason why it does not run.</param>
/// <param name="Profilers">The same of profilers.</param>
internal sealed record Diagnosis(string Kernel, IReadOnlyList<Diagnosis.Feature> Features, IReadOnlyList<Diagnosis.Feature> Privileges, IReadOnlyList<Diagnosis.Feature> Agent, IReadOnlyList<Diagnosis.Feature> Names, IReadOnlyList<Diagnosis.Tracer> Tracers, IReadOnlyList<Diagnosis.Tracer> Profilers)
{
    internal static async Task<Diagnosis> MakeAsync(AgentConfig config, CancellationToken stop)
    {
        IReadOnlyList<RuntimeAnswer> answers = await RuntimeAnswer.AskAsync(config.Options.Runtimes, config.Options.Kubelet, stop).ConfigureAwait(false);
        KernelRelease.TryRead(out KernelRelease release);
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        return new Diagnosis(
            release.Full,
            [.. Describe(kernel), Unwinding, .. Libraries],
            Runtime.Privileges.Describe(CapabilityBound.Refusal()),
            RunningAgent.Find(config.Options.Api.Socket).Describe(),
            [.. answers.Select(answer => new Feature(answer.Name, answer.Word, answer.Note))],
            [.. AllTracers.Create().Select(tracer => Describe(tracer, (TracerOptions)config.Tracer(tracer.Name), kernel, btf))],
            [
                Describe(OnCpuProfiler.Name, OnCpuProfiler.Rung, OnCpuProfiler.Lacks(kernel, btf)),
                Describe(OffCpuProfiler.Name, OffCpuProfiler.Rung, OffCpuProfiler.Lacks(kernel, btf)),
                Describe(MemoryProfiler.Name, MemoryProfiler.Rung, MemoryProfiler.Lacks(kernel, btf)),
                Describe(IoProfiler.Name, IoProfiler.Rung, IoProfiler.Lacks(kernel, btf)),
                DescribeLock(kernel, btf),
            ]);
    }

    internal void WriteText(TextWriter output)
    {
        output.WriteLine($"kernel {Kernel}");
        foreach (Feature feature in Features)
            output.WriteLine($"  {feature.Name,-16} {feature.Value}{(feature.Note.Length > 0 ? ": " + feature.Note : "")}");
        Write(output, "privileges of this command", Privileges);
        Write(output, "privileges of the running agent", Agent);
        output.WriteLine("container names");
        foreach (Feature source in Names)
            output.WriteLine($"  {source.Name,-16} {source.Value}: {source.Note}");
        Write(output, "tracers", Tracers);
        Write(output, "profilers", Profilers);
    }

    internal void WriteJson(Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("kernel", Kernel);
            Write(json, "features", Features);
            Write(json, "privileges", Privileges);
            Write(json, "agent", Agent);
            Write(json, "container_names", Names);
            Write(json, "tracers", Tracers);
            Write(json, "profilers", Profilers);
            json.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<Feature> features)
    {
        json.WriteStartObject(name);
        foreach (Feature feature in features)
        {
            json.WriteStartObject(feature.Name);
            json.WriteString("value", feature.Value);
            json.WriteString("note", feature.Note);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<Tracer> tracers)
    {
        json.WriteStartArray(name);
        foreach (Tracer tracer in tracers)
        {
            json.WriteStartObject();
            json.WriteString("name", tracer.Name);
            json.WriteString("kind", tracer.Kind);
            json.WriteString("state", tracer.State);
            json.WriteString("rung", tracer.Rung);
            json.WriteString("reason", tracer.Reason);
            json.WriteString("since", tracer.Since);
            json.WriteString("hint", tracer.Hint);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(TextWriter output, string name, IReadOnlyList<Feature> privileges)
    {
        output.WriteLine(name);
        foreach (Feature privilege in privileges)
            output.WriteLine($"  {privilege.Name,-20} {privilege.Value}: {privilege.Note}");
    }

    private static void Write(TextWriter output, string name, IReadOnlyList<Tracer> tracers)
    {
        output.WriteLine(name);
        foreach (Tracer tracer in tracers)
            output.WriteLine($"  {tracer.Name,-16} {tracer.State}{(tracer.Rung is { } rung ? " on " + rung : "")}{Why(tracer)}");
    }

    private static string Why(Tracer tracer) => tracer.Reason is { } reason
        ? $": {reason}{(string.IsNullOrEmpty(tracer.Since) ? "" : $" (since {tracer.Since})")}; {tracer.Hint}"
        : "";

    private static List<Feature> Describe(KernelFeatures kernel)
    {
        CgroupMounts mounts = CgroupMounts.Load();
        using var resolver = new CgroupResolver(mounts);
        KernelSymbols symbols = KernelSymbols.Load();
        return
        [
            new("bpf", Word(kernel.Bpf), kernel.Bpf ? "" : Runtime.Privileges.Missing() ?? "this kernel does not load BPF programs"),
            new("btf", Word(kernel.Btf), kernel.Btf ? "" : "needs CONFIG_DEBUG_INFO_BTF"),
            new("ring_buffer", Word(kernel.RingBuffer), kernel.RingBuffer ? "" : "since 5.8; the perf transport serves instead"),
            new("atomic_fetch", Word(kernel.AtomicFetch), kernel.AtomicFetch ? "" : "since 5.12; the plain tracepoints serve instead"),
            new("kprobes", Word(kernel.Kprobes), ""),
            new("perf_events", Word(kernel.PerfEvents), kernel.PerfEvents ? "" : $"no kprobes, plain tracepoints, on-CPU profiles and stacks of CPUs: {Hook.LacksPerfEvents(kernel)!.Hint}"),
            new("cycles", Word(kernel.Cycles), kernel.Cycles ? "" : "no counter of cycles, as on most virtual machines: profile oncpu has the event cpu-clock alone"),
            new("tracefs", kernel.Tracefs ?? "no", kernel.Tracefs is null ? "only plain tracepoints need it: mount -t tracefs tracefs /sys/kernel/tracing" : ""),
            new("event_context", Word(kernel.PreemptCount.IsKnown), kernel.PreemptCount.IsKnown ? "" : "events say context unknown and blame no task"),
            new("kernel_symbols", symbols.State == SymbolsState.Ok ? "yes" : "no", symbols.Note),
            new("cgroups", mounts.Layout.ToString().ToLowerInvariant(), resolver.Note),
        ];
    }

    private static Tracer Describe(TracerDefinition tracer, TracerOptions options, KernelFeatures kernel, KernelBtf? btf)
    {
        string kind = tracer.Kind.ToString().ToLowerInvariant();
        try
        {
            (HookRung? rung, _, Unsupported? missing) = Ladder.Choose(tracer, options.Hook, kernel, btf);
            string state = missing is not null ? "unsupported" : options.Enabled ? "supported" : "disabled";
            if (rung is not null)
                missing = LeftOut(rung, kernel, btf) ?? Without(tracer.LeavesOut(options, kernel.Roots.Proc));
            return new Tracer(tracer.Name, kind, state, rung?.Name, missing?.Feature, missing?.Since, missing?.Hint);
        }
        catch (ArgumentException wrong)
        {
            return new Tracer(tracer.Name, kind, "failed", null, wrong.Message, null, "mend the configuration");
        }
    }

    private static Tracer Describe(string profiler, string rung, Unsupported? missing) =>
        new(profiler, "profile", missing is null ? "supported" : "unsupported", missing is null ? rung : null, missing?.Feature, missing?.Since, missing?.Hint);

    private static Feature Unwinding => Unwinder.IsSupported
        ? new Feature("unwind", "yes", "stacks of code without frame pointers, by its call frame information")
        : new Feature("unwind", "no", "by frame pointers alone; tables are made on x86_64 only");

    // Those that are loaded when they are needed.
    private static Feature[] Libraries =>
    [
        PacketFilter.IsSupported
            ? new Feature("packet_filters", "yes", "")
            : new Feature("packet_filters", "no", "no pcap expressions without libpcap; " + PacketFilter.Remedy),
        XzDecoder.IsInstalled
            ? new Feature("packed_symbols", "yes", "")
            : new Feature("packed_symbols", "no", "profiles lack names of stripped files (MiniDebugInfo) without liblzma; on Debian: apt-get install liblzma5"),
    ];

    private static Tracer DescribeLock(KernelFeatures kernel, KernelBtf? btf)
    {
        Unsupported? leftOut = LockProfiler.LeavesOut(btf);
        Tracer tracer = Describe(LockProfiler.Name, leftOut is null ? LockProfiler.Rung : LockProfiler.FutexRung, LockProfiler.Lacks(kernel, btf, LockKinds.All));
        return tracer.Rung is null ? tracer : tracer with { Reason = leftOut?.Feature, Since = leftOut?.Since, Hint = leftOut?.Hint };
    }

    private static Unsupported? LeftOut(HookRung rung, KernelFeatures kernel, KernelBtf? btf)
    {
        string[] hooks = [.. rung.Hooks.Where(hook => hook.Lacks(kernel, btf) is not null).Select(hook => hook.Name)];
        return hooks.Length > 0 ? new Unsupported("without " + string.Join(", ", hooks), "", "what they tell is not told here") : null;
    }

    private static Unsupported? Without(Unsupported? missing) => missing is null ? null : missing with { Feature = "without " + missing.Feature };

    private static string Word(bool has) => has ? "yes" : "no";

    /// <summary>One thing that is there or not.</summary>
    internal sealed record Feature(string Name, string Value, string Note);

    /// <summary>One tracer or profiler on this kernel.</summary>
    internal sealed record Tracer(string Name, string Kind, string State, string? Rung, string? Reason, string? Since, string? Hint);
}
