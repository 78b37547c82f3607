using System.Globalization;

namespace Huatuo.Vm;

/// <summary>What to boot and what to run in it.</summary>
internal sealed record RunOptions(string Kernel, string Command)
{
    public TimeSpan Timeout { get; private set; } = TimeSpan.FromSeconds(180);

    public int MemoryMiB { get; private set; } = 1536;

    public int Cpus { get; private set; } = 2;

    /// <summary>The size of the empty disk; 0: no disk.</summary>
    public int DiskMiB { get; private set; }

    public bool Aer { get; private set; }

    public bool Card { get; private set; }

    /// <summary>Whether controllers are those of cgroup v1.</summary>
    public bool Hybrid { get; private set; }

    /// <summary>Where the kernel's log goes; null: it is shown only when the machine gives no exit code.</summary>
    public string? Console { get; private set; }

    public IReadOnlyList<string> Append { get; private set; } = [];

    /// <summary>Reads the arguments after <c>run</c>: options, the family of the kernel, the command.</summary>
    /// <exception cref="FormatException">They are not that.</exception>
    public static RunOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new RunOptions("", "");
        int at = 0;
        while (at < args.Length && args[at].StartsWith("--", StringComparison.Ordinal))
        {
            string name = args[at++];
            if (name is "--aer" or "--card" or "--hybrid")
            {
                options.Aer |= name == "--aer";
                options.Card |= name == "--card";
                options.Hybrid |= name == "--hybrid";
                continue;
            }

            string value = at < args.Length ? args[at++] : throw new FormatException($"{name} wants a value");
            switch (name)
            {
                case "--timeout": options.Timeout = TimeSpan.FromSeconds(Positive(name, value)); break;
                case "--memory": options.MemoryMiB = Positive(name, value); break;
                case "--cpus": options.Cpus = Positive(name, value); break;
                case "--disk": options.DiskMiB = Positive(name, value); break;
                case "--console": options.Console = value; break;
                case "--append": options.Append = [.. options.Append, value]; break;
                default: throw new FormatException($"{name} is not an option of run");
            }
        }

        return args[at..] is [var kernel, var command] && kernel.Length > 0 && !kernel.Contains('/')
            ? options with { Kernel = kernel, Command = command }
            : throw new FormatException("run wants a kernel and one argument that is the command");
    }

    private static int Positive(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new FormatException($"{name} wants a number above 0, not '{value}'");
}
