using Huatuo.Bpf.Features;

namespace Huatuo.Flow.Tracing;

/// <summary>One way to hook into the kernel: programs that are attached together, or none for a tracer that asks the
/// kernel by other means.</summary>
/// <param name="Name">As libbpf names the section, <c>tp_btf/kfree_skb</c>; what the operator writes and doctor prints.</param>
/// <param name="Hooks">The programs in the order in which they are attached.</param>
/// <param name="Lacks">Tells what this kernel lacks for it beside its hooks; null when nothing.</param>
public sealed record HookRung(string Name, IReadOnlyList<Hook> Hooks, Func<KernelFeatures, KernelBtf?, Unsupported?> Lacks)
{
    /// <summary>Whether a kernel gives more by this rung than by those above it, which are better elsewhere.</summary>
    public Func<KernelFeatures, bool> ComesFirst { get; init; } = _ => false;

    /// <summary>One tracepoint whose arguments the verifier knows.</summary>
    /// <inheritdoc cref="Hook.BtfTracepoint"/>
    public static HookRung BtfTracepoint(string tracepoint, string program, bool fetches = true) => Of(Hook.BtfTracepoint(tracepoint, program, fetches));

    /// <summary>One tracepoint by its tracefs event.</summary>
    /// <inheritdoc cref="Hook.Tracepoint"/>
    public static HookRung Tracepoint(string system, string tracepoint, string program) => Of(Hook.Tracepoint(system, tracepoint, program));

    /// <summary>Several hooks that are attached together; their names are joined by <c>+</c>.</summary>
    /// <param name="hooks">In the order in which they are attached. An optional one is left out where the kernel lacks it; of
    /// optional ones alone, one at least must be there.</param>
    public static HookRung Of(params IReadOnlyList<Hook> hooks) => new(string.Join('+', hooks.Select(hook => hook.Name)), hooks, (_, _) => null);

    /// <summary>No program: a socket, a file, a poll.</summary>
    /// <param name="name">What is read, such as <c>rtnetlink</c>.</param>
    /// <param name="lacks">Tells what is missing for it.</param>
    public static HookRung User(string name, Func<KernelFeatures, Unsupported?> lacks) => new(name, [], (kernel, _) => lacks(kernel));

    /// <summary>What this kernel lacks for the rung, and the programs that it takes there.</summary>
    /// <param name="kernel">What the kernel can do.</param>
    /// <param name="btf">Its types, when it tells them.</param>
    /// <returns>Programs in order, none with what is missing.</returns>
    public (IReadOnlyList<string> Programs, Unsupported? Missing) On(KernelFeatures kernel, KernelBtf? btf)
    {
        if (Lacks(kernel, btf) is { } lacking)
            return ([], lacking);
        List<string> programs = [];
        Unsupported? first = null;
        foreach (Hook hook in Hooks)
        {
            Unsupported? missing = hook.Lacks(kernel, btf);
            if (missing is null)
                programs.AddRange(hook.Programs(btf));
            else if (!hook.IsOptional)
                return ([], missing);
            first ??= missing;
        }
        return programs.Count > 0 || Hooks.Count == 0 ? (programs, null) : ([], first);
    }
}
