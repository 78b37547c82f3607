using System.CommandLine;
using System.Globalization;
using Huatuo.Flow.Options;
using Huatuo.Http.Security;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo token</c>: who may ask a running agent. It changes a file of the data folder, which the agent looks at.</summary>
internal static class TokenCommand
{
    internal static Command Create() => new("token", "Make, list and revoke the tokens of the API; a running agent knows at once.")
    {
        CreateCreate(),
        CreateList(),
        CreateRevoke(),
    };

    private static Command CreateCreate()
    {
        Argument<string> name = Name();
        var scopes = new Option<string[]>("--scope")
        {
            Description = $"What it allows, separated by commas: {string.Join(", ", ScopeNames.All)}.",
            HelpName = "SCOPES",
            Required = true,
            AllowMultipleArgumentsPerToken = false,
        };
        return Create("create", "Make a token; the last line is the token, which is never shown again.", name, scopes, (file, parsed) =>
        {
            string asked = parsed.GetValue(name)!;
            if (!Token.IsName(asked))
                return Wrong($"'{asked}' is no name of a token; take up to 64 letters, digits, and . _ -");
            IEnumerable<string> words = (parsed.GetValue(scopes) ?? []).SelectMany(scope => scope.Split(',', StringSplitOptions.TrimEntries));
            if (!ScopeNames.TryParse(words, out Scope allowed, out string unknown))
                return Wrong($"--scope: there is no scope '{unknown}'; there are {string.Join(", ", ScopeNames.All)}");
            Token token = Token.Create(asked, allowed, TimeProvider.System.GetUtcNow(), out string secret);
            file.Change(tokens => tokens.Count >= TokenFile.MostTokens
                ? throw new IOException($"there are {TokenFile.MostTokens} tokens already; revoke one")
                : tokens.Any(known => known.Name == asked)
                    ? throw new IOException($"there is a token '{asked}' already; revoke it, or take another name")
                    : [.. tokens, token]);
            Console.WriteLine($"The token '{asked}' for {string.Join(", ", allowed.Words())}. Keep it well: it is not shown again.");
            Console.WriteLine(secret);
            return ExitCode.Done;
        });
    }

    private static Command CreateList() => Create("list", "List the tokens by name, without what is secret.", null, null, (file, _) =>
    {
        foreach (Token token in file.Read())
            Console.WriteLine($"{token.Name,-24} {token.CreatedAt.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)} {string.Join(',', token.Scopes.Words())}");
        return ExitCode.Done;
    });

    private static Command CreateRevoke()
    {
        Argument<string> name = Name();
        return Create("revoke", "Make a token worthless.", name, null, (file, parsed) =>
        {
            string asked = parsed.GetValue(name)!;
            file.Change(tokens => tokens.Any(token => token.Name == asked)
                ? [.. tokens.Where(token => token.Name != asked)]
                : throw new IOException($"there is no token '{asked}'; 'huatuo token list' lists them"));
            return ExitCode.Done;
        });
    }

    private static Argument<string> Name() => new("NAME") { Description = "What its owner is called in the log." };

    private static Command Create(string word, string description, Argument<string>? name, Option? option, Func<TokenFile, ParseResult, int> action)
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> dataDir = SharedOptions.Value("--data-dir", "DIR", "The agent's data folder, instead of data_dir of the configuration.");
        var command = new Command(word, description) { config, dataDir };
        if (name is not null)
            command.Add(name);
        if (option is not null)
            command.Add(option);
        command.SetAction(parsed =>
        {
            List<Override> overrides = parsed.GetValue(dataDir) is { } folder ? [new Override("data_dir", folder, "--data-dir")] : [];
            if (SharedOptions.Load(parsed.GetValue(config), overrides) is not { } loaded)
                return ExitCode.Usage;
            try
            {
                return action(new TokenFile(loaded.Options.DataDir), parsed);
            }
            catch (IOException fault)
            {
                Console.Error.WriteLine($"huatuo: {fault.Message}");
                return ExitCode.Failure;
            }
        });
        return command;
    }

    private static int Wrong(string message)
    {
        Console.Error.WriteLine($"huatuo: {message}");
        return ExitCode.Usage;
    }
}
