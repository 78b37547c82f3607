using System.CommandLine;
using System.Globalization;
using Huatuo.Agent.Runtime;
using Huatuo.Profiling;
using Huatuo.Profiling.Formats;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo profile diff</c>: what changed from one profile to another.</summary>
internal static class ProfileDiffCommand
{
    private const string Text = "text", Svg = "svg";

    internal static Command Create()
    {
        var before = new Argument<string>("BEFORE") { Description = "A profile of pprof, or collapsed stacks." };
        var after = new Argument<string>("AFTER") { Description = "Another, later one." };
        var format = new Option<string>("--output-format", "-o") { Description = "text: functions by how much more or less of all time they took themselves; or svg: a flame graph of the later one, coloured by that.", HelpName = "FORMAT", DefaultValueFactory = _ => Text };
        format.AcceptOnlyFromAmong(Text, Svg);
        Option<string?> output = SharedOptions.Value("--output", "FILE", "Where to write it, instead of standard output.");
        var limit = new Option<int>("--limit") { Description = "Of text, only the first so many functions; 0 for all.", HelpName = "N", DefaultValueFactory = _ => 30 };
        var command = new Command("diff", "Compare two profiles by the share of all time that functions took.") { before, after, format, output, limit };
        command.SetAction(parsed =>
        {
            try
            {
                var difference = new ProfileDifference(FoldedReader.Read(parsed.GetValue(before)!), FoldedReader.Read(parsed.GetValue(after)!));
                using Stream stream = parsed.GetValue(output) is { } path ? new FileStream(path, FileMode.Create, FileAccess.Write) : new StandardOutput();
                if (parsed.GetValue(format) == Svg)
                    FlameGraph.WriteDifference(difference, stream);
                else
                    Write(difference, stream, parsed.GetValue(limit));
                return ExitCode.Done;
            }
            catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"huatuo: {fault.Message}");
                return ExitCode.Failure;
            }
        });
        return command;
    }

    private static void Write(ProfileDifference difference, Stream stream, int limit)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.WriteLine("  CHANGE   BEFORE    AFTER  FUNCTION");
        IEnumerable<FunctionChange> changes = difference.Functions();
        foreach (FunctionChange change in limit > 0 ? changes.Take(limit) : changes)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{100 * (change.After - change.Before),8:+0.00;-0.00;0.00} {100 * change.Before,7:0.00}% {100 * change.After,7:0.00}%  {change.Name}"));
    }
}
