using System.Diagnostics;
using Huatuo.Bpf.Features;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>What may be done only to a machine that is thrown away afterwards: a virtual one that was booted for these tests.</summary>
internal static class DisposableMachine
{
    private const string Mark = "huatuo.vm";

    /// <summary>Whether this is one: its CPU is emulated, and slow.</summary>
    internal static bool IsThis { get; } = File.ReadAllText("/proc/cmdline").Split().Contains(Mark);

    /// <summary>Skips the test on any other machine.</summary>
    internal static void Require() =>
        Assert.SkipUnless(IsThis, $"needs a machine that is thrown away (kernel parameter {Mark})");

    /// <summary>Loads a module; skips the test on a kernel without it.</summary>
    internal static void RequireModule(string module, params string[] parameters)
    {
        using Process modprobe = Command.Start("modprobe", [module, .. parameters]);
        modprobe.WaitForExit();
        Assert.SkipUnless(modprobe.ExitCode == 0, $"this kernel lacks the module {module}");
    }

    /// <summary>Skips the test on a kernel without a tracepoint.</summary>
    internal static void RequireTracepoint(string tracepoint)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        Assert.SkipUnless(btf?.HasTracepoint(tracepoint) == true, $"this kernel lacks the tracepoint {tracepoint}");
    }
}
