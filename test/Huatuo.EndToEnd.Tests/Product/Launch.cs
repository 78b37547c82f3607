using System.Diagnostics;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>How a program is started: what stands before it, where, and with which environment.</summary>
internal sealed record Launch
{
    /// <summary>Words before the program, such as <c>env -i</c>; the last of them replaces itself by the program.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    /// <summary>The working directory.</summary>
    public string Directory { get; init; } = "/";

    public ProcessStartInfo With(IEnumerable<string> arguments)
    {
        string[] words = [.. Prefix, Repository.Huatuo(), .. arguments];
        return new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
