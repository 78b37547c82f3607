using Huatuo.Agent.Cli;
using Huatuo.Agent.Terminal;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;
using Huatuo.Linux.Kallsyms;
using Huatuo.Profiling;
using Huatuo.Profiling.Capturing;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Agent.Runtime;

/// <summary>One profile from the command line to its file.</summary>
internal static class ProfileRun
{
    /// <summary>Takes the profile and writes it.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="definition">The profiler.</param>
    /// <param name="options">Its options.</param>
    /// <param name="outer">Ends it early.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    internal static async Task<int> RunAsync(ProfileRequest request, ProfilerDefinition definition, object options, CancellationToken outer)
    {
        string name = definition.Name;
        if (Privileges.Missing() is { } missing)
            return Fail(ExitCode.Privileges, missing);
        using var signals = new StopSignals(outer);
        try
        {
            if (await FindAsync(request, signals.Token).ConfigureAwait(false) is not { } target)
                return ExitCode.Usage;
            var order = new ProfileOrder(definition, options, target, request.SplitsProcesses);
            KernelFeatures kernel = Probe(order, out Unsupported? lacking);
            if (lacking is not null)
                return Fail(ExitCode.Unsupported, $"{name} is not supported here: needs {lacking.Feature}{(lacking.Since.Length > 0 ? $" (since {lacking.Since})" : "")}; {lacking.Hint}");
            var symbols = SymbolSource.Loaded();
            if (symbols.Current is { State: not SymbolsState.Ok } unknown)
                await Console.Error.WriteLineAsync($"huatuo: {unknown.Note}").ConfigureAwait(false);
            using ProfileOutput? output = request.Format is { } format ? ProfileOutput.Open(request.Output, name, format, TimeProvider.System) : null;
            using Unwinder? unwinder = request.Unwind == UnwindMode.Pointers ? null : new Unwinder(request.Unwind, Unwinder.DefaultBytes, TimeProvider.System);
            using IProfiler profiler = order.Start(symbols, kernel, unwinder);
            using (var progress = ProfileProgress.OfTerminal())
                await ProfileCapture.TakeAsync(profiler, target, request.Duration, TimeProvider.System, signals.Token, elapsed => progress.Show(new CaptureProgress(name, elapsed, request.Duration, profiler.Profile.Kernel.Sampled, profiler.Profile.Kind.Events))).ConfigureAwait(false);
            if (output is null)
                await ShowAsync(profiler.Profile, outer).ConfigureAwait(false);
            else
                output.Write(profiler.Profile);
            await Console.Error.WriteLineAsync($"huatuo: {ProfileSummary.Of(profiler.Profile)}{output?.Note}").ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (BpfException refused)
        {
            return Fail(refused.IsPermission ? ExitCode.Privileges : ExitCode.Failure, refused.Message);
        }
        catch (TargetException wrong)
        {
            return Fail(ExitCode.Usage, wrong.Message);
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

    // The signal that ended the profile early does not end the picture.
    private static async Task ShowAsync(Profile profile, CancellationToken outer)
    {
        using var signals = new StopSignals(outer);
        await FlameTerminal.ShowAsync(FlameTree.AllOf(profile), signals.Token).ConfigureAwait(false);
    }

    private static KernelFeatures Probe(ProfileOrder order, out Unsupported? lacking)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        lacking = order.Lacks(kernel, btf);
        return kernel;
    }

    // Null when the configuration is wrong; why was printed.
    private static async Task<ProfileTarget?> FindAsync(ProfileRequest request, CancellationToken stop)
    {
        IReadOnlyList<Container> containers = [];
        if (request.Target.Container is not null)
        {
            if (SharedOptions.Load(request.ConfigFile, []) is not { } config)
                return null;
            await using ContainerSurvey survey = await ContainerSurvey.MakeAsync(config, stop).ConfigureAwait(false);
            containers = [.. survey.Containers];
        }
        return request.Target.Find(() => containers, "--").Target;
    }

    private static int Fail(int code, string error)
    {
        Console.Error.WriteLine($"huatuo: {error}");
        return code;
    }
}
