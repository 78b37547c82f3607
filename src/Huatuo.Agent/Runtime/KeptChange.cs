using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;
using Huatuo.Http.Api;

namespace Huatuo.Agent.Runtime;

/// <summary>A change of what is kept above the configuration file, as somebody asks for it: whether it may be, and what is kept then.</summary>
/// <param name="file">The file of what is kept.</param>
/// <param name="before">What is kept until now.</param>
/// <param name="current">The configuration until now.</param>
/// <param name="asked">What is asked for.</param>
internal sealed class KeptChange(string file, IReadOnlyList<Override> before, AgentConfig current, IReadOnlyList<OptionChange> asked)
{
    private const string Nothing = "nothing has changed";
    private const string Lists = "GET /api/v1/config lists the keys; " + Nothing;

    private readonly OptionChange[] _changes = [.. asked.Select(change => change with { Path = current.Resolve(change.Path) })];

    /// <summary>What is kept then.</summary>
    internal IReadOnlyList<Override> Kept =>
    [
        .. before.Where(kept => !_changes.Any(change => IsPartOf(kept.Path, change.Path))),
        .. _changes.Where(change => change.Text is not null).Select(change => new Override(change.Path, change.Text!, file, change.IsJson)),
    ];

    /// <summary>Why it cannot be, whatever the configuration file says; null when it can.</summary>
    internal OptionRefusal? Fault() => _changes.Select(Fault).FirstOrDefault(fault => fault is not null) ?? _changes.GroupBy(change => change.Path).FirstOrDefault(group => group.Count() > 1) switch
    {
        { } twice => new OptionRefusal($"{twice.Key}: is there twice, also by another name", Nothing),
        null => null,
    };

    /// <summary>Why it cannot be with what the configuration file and the command line say; null when it can.</summary>
    /// <param name="next">The configuration with it.</param>
    /// <param name="diagnostics">What is wrong with that.</param>
    internal OptionRefusal? Fault(AgentConfig next, Diagnostics diagnostics)
    {
        if (diagnostics.HasErrors)
        {
            Diagnostic? own = diagnostics.Errors.FirstOrDefault(error => error.Position.Source == file && _changes.Any(change => IsPartOf(error.Path, change.Path) || IsPartOf(change.Path, error.Path)));
            return own is null ? new OptionRefusal(diagnostics.Errors[0].ToString(), Nothing) : new OptionRefusal($"{own.Path}: {own.Message}", Nothing);
        }
        Dictionary<string, EffectiveOption> effective = next.Effective.ToDictionary(option => option.Path);
        foreach (OptionChange change in _changes.Where(change => change.Text is not null && change.Path != AgentOptions.RulesKey))
        {
            if (!effective.TryGetValue(change.Path, out EffectiveOption? option))
                return Unknown(change);
            if (option.Origin?.Source != file)
            {
                return new OptionRefusal(
                    $"{option.Path} is set by {option.Origin?.ToShortString()} on the command line; {Nothing}", "start the agent without it to change the key here", OptionRefusalKind.Conflict);
            }
        }
        return null;
    }

    private OptionRefusal? Fault(OptionChange change)
    {
        if (change.Text is null)
            return current.Effective.Any(option => IsPartOf(option.Path, change.Path)) || before.Any(kept => IsPartOf(kept.Path, change.Path)) || ReloadableKeys.Of(change.Path) is not null ? null : Unknown(change);
        return ReloadableKeys.Of(change.Path) switch
        {
            KeyChange.Restart => Fixed(change, "holds when the agent is started again", "write it into the configuration file, and start the agent again"),
            KeyChange.File => Fixed(change, "names a file, a server or a user, which no request may", "write it into the configuration file; it holds when that is read again"),
            _ => null,
        };
    }

    private static OptionRefusal Fixed(OptionChange change, string why, string hint) =>
        new($"{change.Path}: cannot be set to {(change.IsJson ? "a list" : OptionText.Shown(new EffectiveOption(change.Path, change.Text!, null)))} here: this key {why}", hint);

    private static OptionRefusal Unknown(OptionChange change) => new($"{change.Path}: unknown key", Lists);

    private static bool IsPartOf(string path, string section) =>
        path.StartsWith(section, StringComparison.Ordinal) && (path.Length == section.Length || path[section.Length] is '.' or '[');
}
