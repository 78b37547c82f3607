using System.Text;

namespace Huatuo.Gen;

/// <summary>The one rule between the names of C (snake_case) and of C# (PascalCase).</summary>
internal static class Names
{
    /// <summary>Whether C could have declared it.</summary>
    public static bool IsIdentifier(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary><c>tcp_retrans</c> → <c>TcpRetrans</c>, <c>SOFT_IRQ</c> → <c>SoftIrq</c>.</summary>
    /// <exception cref="InvalidDataException"><paramref name="name"/> is not a C identifier.</exception>
    public static string Pascal(string name)
    {
        if (!IsIdentifier(name))
            throw new InvalidDataException($"'{name}' is not an identifier of C");
        var pascal = new StringBuilder();
        foreach (string word in name.Split('_', StringSplitOptions.RemoveEmptyEntries))
        {
            bool shouts = !word.Any(char.IsAsciiLetterLower);
            pascal.Append(char.ToUpperInvariant(word[0])).Append(shouts ? word[1..].ToLowerInvariant() : word[1..]);
        }

        if (pascal.Length == 0 || char.IsAsciiDigit(pascal[0]))
            pascal.Insert(0, '_');
        return pascal.ToString();
    }

    /// <summary><c>TcpRetrans</c> → <c>tcp_retrans</c>, <c>OOMKill</c> → <c>oom_kill</c>.</summary>
    public static string Snake(string name)
    {
        var snake = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            bool startsWord = i > 0 && char.IsAsciiLetterUpper(name[i])
                && (!char.IsAsciiLetterUpper(name[i - 1]) || (i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1])));
            if (startsWord && name[i - 1] != '_')
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }
}
