using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using Huatuo.Agent.Cli;
using Huatuo.Docs.Tests.Pages;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>The command line, from the commands themselves.</summary>
internal static class CommandText
{
    public static string All()
    {
        var text = new StringBuilder();
        Write(text, HuatuoCommand.Create(), "");
        return text.ToString();
    }

    public static string ExitCodes()
    {
        var table = new Table("code", "meaning");
        foreach ((string name, int code) in (ReadOnlySpan<(string, int)>)
        [
            (nameof(ExitCode.Done), ExitCode.Done), (nameof(ExitCode.Failure), ExitCode.Failure), (nameof(ExitCode.Usage), ExitCode.Usage),
            (nameof(ExitCode.Unsupported), ExitCode.Unsupported), (nameof(ExitCode.Privileges), ExitCode.Privileges),
        ])
            table.Row(code.ToString(CultureInfo.InvariantCulture), Summaries.Of(typeof(ExitCode), name));
        return table.ToString();
    }

    private static void Write(StringBuilder text, Command command, string above)
    {
        bool isRoot = command is RootCommand;
        string path = isRoot ? "huatuo" : $"{above} {command.Name}";
        string arguments = command.Subcommands.Count > 0 ? " COMMAND" : command.Options.Count > 0 ? " [OPTION]..." : "";
        arguments += string.Concat(command.Arguments.Select(argument => $" {argument.Name}"));
        text.Append(CultureInfo.InvariantCulture, $"\n## {path}\n\n{command.Description}\n\n```\n{path}{arguments}\n```\n");
        if (command.Subcommands.Count > 0)
        {
            var commands = new Table("command", "what it does");
            foreach (Command child in command.Subcommands)
                commands.Row(Table.Code($"{path} {child.Name}"), child.Description ?? "");
            text.Append('\n').Append(commands);
        }
        if (command.Arguments.Count > 0)
        {
            var given = new Table("argument", "meaning");
            foreach (Argument argument in command.Arguments)
                given.Row(Table.Code(argument.Name), argument.Description ?? "");
            text.Append('\n').Append(given);
        }
        if (command.Options.Count > 0)
        {
            var options = new Table("option", "default", "meaning");
            foreach (Option option in command.Options.OrderBy(option => option is HelpOption or VersionOption).ThenBy(option => option.Name, StringComparer.Ordinal))
                options.Row(Names(option), Table.Code(Default(option)), option.Description ?? "");
            text.Append('\n').Append(options);
        }
        foreach (Command child in command.Subcommands)
            Write(text, child, path);
    }

    private static string Names(Option option)
    {
        IEnumerable<string> names = option is HelpOption ? [option.Name, "-h"] : option.Aliases.Prepend(option.Name);
        return string.Join(", ", names.Select(name => Table.Code(option.HelpName is { } value ? $"{name} {value}" : name)));
    }

    private static string Default(Option option) =>
        option is { HasDefaultValue: true } and not (HelpOption or VersionOption) && option.GetDefaultValue() is { } value and not bool
            ? Convert.ToString(value, CultureInfo.InvariantCulture)!
            : "";
}
