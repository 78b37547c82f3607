using Huatuo.Agent.Cli;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;
using Huatuo.Linux.Kallsyms;
using Huatuo.Profiling;
using Huatuo.Profiling.Formats;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Agent.Runtime;

/// <summary>One profile from the command line to its file.</summary>
internal static class ProfileRun
{
    // Processes that live shorter than this may be gone when their stacks are to be named.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Starts a profiler on a target, with the kernel's symbols, and what gives it tables for stacks.</summary>
    internal delegate IProfiler Begin(ProfileTarget target, KernelSymbols symbols, KernelFeatures kernel, Unwinder? unwinder);

    /// <summary>Takes the profile and writes it.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="name">The profiler.</param>
    /// <param name="lacks">Tells what this kernel lacks for it.</param>
    /// <param name="begin">Starts it.</param>
    /// <param name="outer">Ends it early.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    internal static async Task<int> RunAsync(ProfileRequest request, string name, Func<KernelFeatures, KernelBtf?, Unsupported?> lacks, Begin begin, CancellationToken outer)
    {
        if (Privileges.Missing() is { } missing)
            return Fail(ExitCode.Privileges, missing);
        using var signals = new StopSignals(outer);
        try
        {
            if (await ProfileTargets.FindAsync(request, signals.Token).ConfigureAwait(false) is not { } target)
                return ExitCode.Usage;
            KernelFeatures kernel = Probe(lacks, out Unsupported? lacking);
            if (lacking is not null)
                return Fail(ExitCode.Unsupported, $"{name} is not supported here: needs {lacking.Feature}{(lacking.Since.Length > 0 ? $" (since {lacking.Since})" : "")}; {lacking.Hint}");
            KernelSymbols symbols = KernelSymbols.Load();
            if (symbols.State != SymbolsState.Ok)
                await Console.Error.WriteLineAsync($"huatuo: {symbols.Note}").ConfigureAwait(false);
            using var output = ProfileOutput.Open(request, name, TimeProvider.System);
            using Unwinder? unwinder = request.Unwind == UnwindMode.Pointers ? null : new Unwinder(request.Unwind, Unwinder.DefaultBytes, TimeProvider.System);
            using IProfiler profiler = begin(target, symbols, kernel, unwinder);
            await TakeAsync(profiler, request, name, signals.Token).ConfigureAwait(false);
            ProfileFormats.Write(request.Format, profiler.Profile, output.Stream);
            output.Keep();
            await Console.Error.WriteLineAsync($"huatuo: {ProfileSummary.Of(profiler.Profile)}{output.Note}").ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (BpfException refused)
        {
            return Fail(refused.IsPermission ? ExitCode.Privileges : ExitCode.Failure, refused.Message);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Done;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.Failure, fault.Message);
        }
    }

    private static KernelFeatures Probe(Func<KernelFeatures, KernelBtf?, Unsupported?> lacks, out Unsupported? lacking)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        lacking = lacks(kernel, btf);
        return kernel;
    }

    private static async Task TakeAsync(IProfiler profiler, ProfileRequest request, string name, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        profiler.Profile.Start = time.GetUtcNow();
        long begin = time.GetTimestamp();
        using var progress = new ProfileProgress(name, request.Duration, Console.IsErrorRedirected ? null : Console.Error);
        while (time.GetElapsedTime(begin) is var elapsed && elapsed < request.Duration && !stop.IsCancellationRequested && !IsGone(request))
        {
            TimeSpan left = request.Duration - elapsed;
            await Task.Delay(left < s_interval ? left : s_interval, time, stop).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            profiler.Take();
            progress.Show(time.GetElapsedTime(begin), profiler.Profile);
        }
        profiler.Stop();
        profiler.Profile.Duration = time.GetElapsedTime(begin);
    }

    private static bool IsGone(ProfileRequest request) => (request.Tid ?? request.Pid) is { } task && !Directory.Exists($"/proc/{task}");

    private static int Fail(int code, string error)
    {
        Console.Error.WriteLine($"huatuo: {error}");
        return code;
    }
}
