using System.Text;

namespace Huatuo.Docs.Tests.Pages;

/// <summary>A table of Markdown.</summary>
internal sealed class Table
{
    private readonly StringBuilder _text = new();

    public Table(params string[] columns)
    {
        Row(columns);
        _text.Append('|').Insert(_text.Length, "---|", columns.Length).Append('\n');
    }

    /// <summary>The rows between the first and the last column's bars; an empty cell stays empty.</summary>
    public static IEnumerable<string[]> Rows(string page) =>
        page.Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line[1..line.LastIndexOf('|')].Replace("\\|", "\0", StringComparison.Ordinal).Split('|')
                .Select(cell => cell.Trim().Replace('\0', '|')).ToArray());

    public static string Code(string text) => text.Length == 0 ? "" : $"`{text}`";

    public Table Row(params string[] cells)
    {
        foreach (string cell in cells)
            _text.Append("| ").Append(cell.Replace("|", "\\|", StringComparison.Ordinal)).Append(cell.Length > 0 ? " " : "");
        _text.Append("|\n");
        return this;
    }

    public override string ToString() => _text.ToString();
}
