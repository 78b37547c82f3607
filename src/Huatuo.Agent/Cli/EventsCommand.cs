using System.CommandLine;
using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Store.Search;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo events</c>: searches the event store of the data folder, with or without an agent.</summary>
internal static class EventsCommand
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(200);

    internal static Command Create()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> dataDir = SharedOptions.Value("--data-dir", "DIR", "The agent's data folder, instead of data_dir of the configuration.");
        Option<string?> since = SharedOptions.Value("--since", "TIME", "Only what happened since a time, such as 10m (ago) or 2026-11-23T07:10:00Z.");
        Option<string?> until = SharedOptions.Value("--until", "TIME", "Only what happened until a time, written alike.");
        var tracer = new Option<string[]>("--tracer") { Description = "Only events of a tracer; repeated, of any of them.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
        tracer.AcceptOnlyFromAmong([.. AllTracers.Create().SelectMany(known => (IEnumerable<string>)[known.Name, .. known.Aliases])]);
        Option<string?> container = SharedOptions.Value("--container", "ID", "Only events of a container, by the beginning of its id or by its name.");
        Option<string?> pod = SharedOptions.Value("--pod", "POD", "Only events of a pod, by its name or uid.");
        var pid = new Option<long?>("--pid") { Description = "Only events with a process, whatever its part in them.", HelpName = "PID" };
        Option<string?> comm = SharedOptions.Value("--comm", "NAME", "Only events with a task of this name, whatever its part in them.");
        Option<string?> text = SharedOptions.Value("--text", "WORDS", "Only events with all these words in their fields or stacks; tcp_* is any word that begins so.");
        var where = new Option<string[]>("--where")
        {
            Description = "Only events whose field in tracer_data compares: = and != with text or a number, ~ with a regular expression, < and > with a number; such as layers.tcp.dport=443; can be repeated.",
            HelpName = "CONDITION",
            AllowMultipleArgumentsPerToken = false,
        };
        var output = new Option<string>("--output", "-o") { Description = "table, or json: each document as it was stored, on a line.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        var limit = new Option<int>("--limit") { Description = "Only the newest so many; 0 for all.", HelpName = "N", DefaultValueFactory = _ => 100 };
        var follow = new Option<bool>("--follow") { Description = "Then goes on with events as they are stored, until a signal." };
        var command = new Command("events", "Search the stored events, the oldest first.")
        {
            config, dataDir, since, until, tracer, container, pod, pid, comm, text, where, output, limit, follow,
        };
        command.SetAction(async (parsed, stop) =>
        {
            List<Override> overrides = parsed.GetValue(dataDir) is { } folder ? [new Override("data_dir", folder, "--data-dir")] : [];
            if (SharedOptions.Load(parsed.GetValue(config), overrides) is not { } loaded)
                return ExitCode.Usage;
            try
            {
                DateTimeOffset now = TimeProvider.System.GetUtcNow();
                var query = new EventQuery
                {
                    SinceNs = SearchArguments.Time("--since", parsed.GetValue(since), now),
                    UntilNs = SearchArguments.Time("--until", parsed.GetValue(until), now),
                    Tracers = [.. (parsed.GetValue(tracer) ?? []).Select(WireName)],
                    Container = parsed.GetValue(container),
                    Pod = parsed.GetValue(pod),
                    Pid = parsed.GetValue(pid),
                    Comm = parsed.GetValue(comm),
                    Text = parsed.GetValue(text) ?? "",
                    Where = [.. (parsed.GetValue(where) ?? []).Select(condition => SearchArguments.Condition("--where", condition))],
                    Limit = parsed.GetValue(limit) is >= 0 and var count ? count : throw new ArgumentException("--limit: must be 0 or more"),
                };
                return await RunAsync(loaded.Options.DataDir, query, parsed.GetValue(output) == "json", parsed.GetValue(follow), stop).ConfigureAwait(false);
            }
            catch (ArgumentException wrong)
            {
                await Console.Error.WriteLineAsync($"huatuo: {wrong.Message}").ConfigureAwait(false);
                return ExitCode.Usage;
            }
        });
        return command;
    }

    private static string WireName(string name) => TracerNames.Of(AllTracers.Create()).TryFind(name, out string? wireName) ? wireName : name;

    private static async Task<int> RunAsync(string dataDir, EventQuery query, bool json, bool follow, CancellationToken outer)
    {
        using var signals = new StopSignals(outer);
        using var output = new StandardOutput();
        var printer = new EventPrinter(output, json);
        var events = new FollowedEvents(Path.Combine(dataDir, SqliteStoreOptions.File));
        void TellGap()
        {
            printer.Flush();
            Console.Error.WriteLine("huatuo: events may be missing here: the event store dropped them before they were read, or was made anew");
        }
        try
        {
            events.Search(query, printer.Print);
            printer.Flush();
            while (follow && !signals.Token.IsCancellationRequested)
            {
                await Task.Delay(FollowInterval, signals.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
                events.SearchNew(query, printer.Print, TellGap);
                printer.Flush();
            }
            return ExitCode.Done;
        }
        catch (EventReadException fault)
        {
            await Console.Error.WriteLineAsync($"huatuo: {fault.Message}").ConfigureAwait(false);
            return ExitCode.Failure;
        }
        catch (IOException)
        {
            // Nobody reads the output any more.
            return ExitCode.Done;
        }
        finally
        {
            events.Dispose();
        }
    }
}
