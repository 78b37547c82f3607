using Huatuo.Bpf.Features;

namespace Huatuo.Flow.Tracing;

/// <summary>One program and the place in the kernel where it is attached.</summary>
/// <param name="Name">As libbpf names the section: <c>tp_btf/kfree_skb</c>.</param>
/// <param name="Program">The function in the BPF object.</param>
/// <param name="Lacks">Tells what this kernel lacks for it; null when nothing.</param>
/// <param name="IsOptional">Whether its rung does without where it is missing.</param>
public sealed record Hook(string Name, string Program, Func<KernelFeatures, KernelBtf?, Unsupported?> Lacks, bool IsOptional = false)
{
    /// <summary>The same, left out where the kernel lacks it.</summary>
    public Hook Optional => this with { IsOptional = true };

    /// <summary>The programs that a kernel takes for it.</summary>
    public Func<KernelBtf?, IReadOnlyList<string>> Programs { get; init; } = _ => [Program];

    /// <summary>A tracepoint whose arguments the verifier knows: the cheapest hook, and one that needs no kprobes.</summary>
    /// <param name="tracepoint">The tracepoint without its system.</param>
    /// <param name="program">The function.</param>
    /// <param name="fetches">Whether it uses atomics that return a value, as the exact limit does.</param>
    public static Hook BtfTracepoint(string tracepoint, string program, bool fetches = true) => new("tp_btf/" + tracepoint, program, (kernel, btf) =>
        LacksBpf(kernel)
        ?? (btf?.HasTracepoint(tracepoint) == true ? null : new Unsupported($"BTF tracepoint {tracepoint}", "5.5", "needs a kernel built with CONFIG_DEBUG_INFO_BTF"))
        ?? (kernel.AtomicFetch || !fetches ? null : new Unsupported("BPF atomics that return a value", "5.12", "the plain tracepoint does without")));

    /// <summary>A tracepoint whose arguments the verifier takes as mere numbers: for those that it refuses as pointers.</summary>
    /// <param name="tracepoint">The tracepoint without its system.</param>
    /// <param name="program">The function, in the section <c>raw_tp/TRACEPOINT</c>.</param>
    public static Hook RawTracepoint(string tracepoint, string program) => BtfTracepoint(tracepoint, program, fetches: false) with { Name = "raw_tp/" + tracepoint };

    /// <summary>A tracepoint by its tracefs event.</summary>
    /// <param name="system">The directory, such as <c>skb</c>.</param>
    /// <param name="tracepoint">The event.</param>
    /// <param name="program">The function.</param>
    public static Hook Tracepoint(string system, string tracepoint, string program) => new($"tp/{system}/{tracepoint}", program, (kernel, _) =>
        LacksBpf(kernel)
        ?? (kernel.Btf ? null : new Unsupported("kernel BTF", "5.2", "needs a kernel built with CONFIG_DEBUG_INFO_BTF"))
        ?? (kernel.Tracefs is null ? new Unsupported("tracefs", "4.1", "mount it: mount -t tracefs tracefs /sys/kernel/tracing") : null)
        ?? LacksPerfEvents(kernel)
        ?? (File.Exists(Path.Combine(kernel.Tracefs!, "events", system, tracepoint, "id")) ? null : new Unsupported($"tracepoint {system}:{tracepoint}", "", "this kernel was built without it")));

    /// <summary>A function by a kprobe, for kernels that have no tracepoint for it.</summary>
    /// <param name="function">The function.</param>
    /// <param name="program">The function in the BPF object, in the section <c>kprobe/FUNCTION</c>.</param>
    public static Hook Kprobe(string function, string program) => new("kprobe/" + function, program, (kernel, btf) =>
        LacksBpf(kernel)
        ?? (kernel.Kprobes ? null : new Unsupported("kprobes", "", "needs a kernel built with CONFIG_KPROBES"))
        ?? LacksPerfEvents(kernel)
        ?? (btf?.HasFunction(function) == false ? new Unsupported($"function {function}", "", "this kernel has no such function") : null));

    /// <summary>The return of a function that is called differently from kernel to kernel, and that compilers may have put into
    /// another: all that a kernel has are taken.</summary>
    /// <param name="functions">Each with its function in the BPF object, in the section <c>fexit/FUNCTION</c>; the hook is called after
    /// the first.</param>
    public static Hook FunctionExit(params IReadOnlyList<(string Function, string Program)> functions)
    {
        string first = functions[0].Function;
        return new Hook("fexit/" + first, functions[0].Program, (kernel, btf) =>
            LacksBpf(kernel)
            ?? (functions.Any(known => btf?.HasFunction(known.Function) == true) ? null : new Unsupported($"function {first}", "", "this kernel describes no such function"))
            ?? (kernel.FunctionHooks.Value ? null : new Unsupported("BPF programs at functions", "5.5", "needs a kernel built with CONFIG_FUNCTION_TRACER that allows them")))
        {
            Programs = btf => [.. functions.Where(known => btf?.HasFunction(known.Function) == true).Select(known => known.Program)],
        };
    }

    /// <summary>All tasks there are, whenever the tracer asks for them: its program is attached by the tracer itself.</summary>
    /// <param name="program">The function, in the section <c>iter/task</c>.</param>
    public static Hook TaskIterator(string program) => new("iter/task", program, (kernel, btf) =>
        LacksBpf(kernel)
        ?? (btf?.HasFunction("bpf_iter_task") == true ? null : new Unsupported("BPF iterators of tasks", "5.8", "needs a kernel built with CONFIG_DEBUG_INFO_BTF")));

    /// <summary>None: a program of the section <c>raw_tp</c> that its tracer runs when it wants to.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="program">The function.</param>
    public static Hook OnDemand(string name, string program) => new(name, program, (kernel, _) =>
        LacksBpf(kernel)
        ?? (kernel.Btf ? null : new Unsupported("kernel BTF", "5.2", "needs a kernel built with CONFIG_DEBUG_INFO_BTF"))
        ?? (kernel.Release.Since(5, 10) ? null : new Unsupported("test runs of raw tracepoints", "5.10", "")));

    /// <summary>What is missing to open perf events; null when nothing.</summary>
    /// <param name="kernel">What the kernel can do.</param>
    public static Unsupported? LacksPerfEvents(KernelFeatures kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return kernel.PerfEvents
            ? null
            : new Unsupported("permission to open perf events", "", "run as root, or with CAP_PERFMON, and with CAP_SYS_ADMIN where kernel.perf_event_paranoid is above 2");
    }

    private static Unsupported? LacksBpf(KernelFeatures kernel) =>
        kernel.Bpf ? null : new Unsupported("permission to load BPF programs", "", "run as root, or with CAP_BPF, CAP_PERFMON and CAP_SYSLOG");
}
