using System.CommandLine;
using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;
using Huatuo.Flow.Options;
using Huatuo.Store.Elasticsearch;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo store</c>: prepares the servers that events go to.</summary>
internal static class StoreCommand
{
    private const int DefaultKeepDays = 30;
    private const string Source = "store install-template";

    internal static Command Create() => new("store", "Prepare the servers that events go to.") { InstallTemplate() };

    private static Command InstallTemplate()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string[]> set = SharedOptions.Set("store.elasticsearch.addresses=https://es:9200");
        var keep = new Option<int>("--keep-days") { Description = "Indices older than this are deleted by the server, for an index with a time in its name or a data stream; 0 for never.", HelpName = "N", DefaultValueFactory = _ => DefaultKeepDays };
        keep.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 100_000)
                result.AddError("--keep-days is a number from 0 to 100000");
        });
        var print = new Option<string?>("--print") { Description = "Sends nothing, and prints what would be sent to a server of this kind: elasticsearch or opensearch.", HelpName = "KIND" };
        print.AcceptOnlyFromAmong("elasticsearch", "opensearch");
        var command = new Command("install-template", "Put index template, mapping and lifecycle policy on the server of store.elasticsearch.") { config, set, keep, print };
        command.SetAction(async (parsed, stop) =>
        {
            List<Override>? overrides = SharedOptions.Parse(parsed.GetValue(set) ?? [], "");
            // The section is looked at as for an agent that sends.
            overrides?.Add(new Override("store.elasticsearch.enabled", "true", Source));
            // What is sent elsewhere is not asked for.
            overrides?.AddRange([new Override("store.otlp.enabled", "false", Source), new Override("store.otlp.profiles", "false", Source)]);
            string? kind = parsed.GetValue(print);
            return overrides is not null && SharedOptions.Load(parsed.GetValue(config), overrides, kind is null ? Environment.GetEnvironmentVariable : null) is { } loaded
                ? await RunAsync(loaded.Options, parsed.GetValue(keep), kind, stop).ConfigureAwait(false)
                : ExitCode.Usage;
        });
        return command;
    }

    private static async Task<int> RunAsync(AgentOptions options, int keepDays, string? print, CancellationToken outer)
    {
        using var signals = new StopSignals(outer);
        ElasticsearchStoreOptions store = options.Store.Elasticsearch;
        IndexName index = IndexName.Parse(store.Index, out string? fault) ?? throw new ArgumentException(fault);
        var template = new IndexTemplate(index, store.DataStream, keepDays);
        using var installer = new TemplateInstaller(store.ToSinkOptions(options.DataDir, Environment.GetEnvironmentVariable), template, TimeProvider.System);
        if (print is not null)
        {
            foreach (string request in installer.Show(isOpenSearch: print == "opensearch"))
                Console.WriteLine(request);
            return ExitCode.Done;
        }
        try
        {
            await installer.InstallAsync(Console.WriteLine, signals.Token).ConfigureAwait(false);
            if (!template.HasLifecycle && keepDays > 0)
                Console.WriteLine($"no policy: {store.Index} is a single index, which could only be deleted as a whole");
            return ExitCode.Done;
        }
        catch (IOException failure)
        {
            await Console.Error.WriteLineAsync($"huatuo: {failure.Message}").ConfigureAwait(false);
            return ExitCode.Failure;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return ExitCode.Failure;
        }
    }
}
