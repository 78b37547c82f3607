using System.CommandLine;
using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;
using Huatuo.Flow.Options;
using Huatuo.Http;
using Huatuo.Http.Tls;
using Huatuo.Linux;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo agent</c>: the daemon.</summary>
internal static class AgentCommand
{
    internal static Command Create()
    {
        Option<string?> config = SharedOptions.Config();
        var dataDir = new Option<string?>("--data-dir") { Description = "Where events are stored, instead of data_dir of the configuration.", HelpName = "DIR" };
        var listen = new Option<string?>("--listen") { Description = "Where metrics are served, instead of listen of the configuration.", HelpName = "ADDR" };
        var region = new Option<string?>("--region") { Description = "What every document carries as region.", HelpName = "R" };
        var disable = new Option<string[]>("--disable") { Description = "Leaves a tracer out; can be repeated.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
        var prefix = new Option<string?>("--procfs-prefix") { Description = "Where tracers and collectors find the folders proc, sys and dev, instead of /.", HelpName = "DIR" };
        Option<string[]> set = SharedOptions.Set("tracers.dropwatch.ports=443");
        disable.AcceptOnlyFromAmong([.. AllTracers.Create().SelectMany(tracer => (IEnumerable<string>)[tracer.Name, .. tracer.Aliases])]);
        var command = new Command("agent", "Run all enabled tracers, store their events and serve metrics, until a signal.") { config, dataDir, listen, region, disable, prefix, set };
        command.SetAction(async (parsed, stop) =>
        {
            List<Override>? overrides = SharedOptions.Parse(parsed.GetValue(set) ?? [], "");
            if (overrides is null)
                return ExitCode.Usage;
            Add(overrides, "data_dir", parsed.GetValue(dataDir), "--data-dir");
            Add(overrides, "listen", parsed.GetValue(listen), "--listen");
            Add(overrides, "region", parsed.GetValue(region), "--region");
            foreach (string name in parsed.GetValue(disable) ?? [])
                Add(overrides, $"tracers.{name}.enabled", "false", "--disable");
            if (!TryRoots(parsed.GetValue(prefix), out SystemRoots roots))
                return ExitCode.Usage;
            string? file = parsed.GetValue(config);
            if (SharedOptions.Load(file, overrides, Environment.GetEnvironmentVariable) is not { } loaded)
                return ExitCode.Usage;
            return await RunAsync(loaded, (kept, diagnostics) => SharedOptions.Load(file, [.. kept, .. overrides], diagnostics, Environment.GetEnvironmentVariable), file ?? SharedOptions.DefaultFile, roots, stop).ConfigureAwait(false);
        });
        return command;
    }

    private static void Add(List<Override> overrides, string key, string? value, string option)
    {
        if (value is not null)
            overrides.Add(new Override(key, value, option));
    }

    private static bool TryRoots(string? prefix, out SystemRoots roots)
    {
        roots = prefix is null ? SystemRoots.Host : SystemRoots.Below(prefix);
        if (Directory.Exists(roots.Proc))
            return true;
        Console.Error.WriteLine($"huatuo: --procfs-prefix: there is no folder {roots.Proc}");
        return false;
    }

    private static async Task<int> RunAsync(AgentConfig config, Func<IReadOnlyList<Override>, Diagnostics, AgentConfig> read, string file, SystemRoots roots, CancellationToken stop)
    {
        if (Privileges.Missing() is { } missing)
        {
            await Console.Error.WriteLineAsync($"huatuo: {missing}").ConfigureAwait(false);
            return ExitCode.Privileges;
        }
        using var signals = new StopSignals(stop);
        try
        {
            if (SharedOptions.WithKept(config, read) is not { } whole)
                return ExitCode.Usage;
            await using var agent = new AgentRuntime(whole, read, file, AllTracers.Create(), TimeProvider.System, roots);
            await agent.RunAsync(signals.Token).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (Exception fault) when (fault is ListenException or TlsException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"huatuo: {fault.Message}").ConfigureAwait(false);
            return ExitCode.Failure;
        }
    }
}
