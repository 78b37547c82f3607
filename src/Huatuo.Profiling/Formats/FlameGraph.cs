using System.Globalization;
using System.Text;

namespace Huatuo.Profiling.Formats;

/// <summary>
/// A flame graph as one SVG file that needs nothing else: the process below, what it calls above, as wide as it took
/// time or memory. A click makes a frame as wide as the picture, a click on the lowest one undoes it.
/// </summary>
internal sealed class FlameGraph
{
    private const double Width = 1200, Row = 17, Margin = 10, Head = 40, Narrowest = 0.1, LetterWidth = 6.6;

    private readonly StringBuilder _svg = new();
    private readonly long _total;
    private readonly ProfileUnit _unit;
    private readonly double _height;

    private FlameGraph(string title, long total, int depth, ProfileUnit unit)
    {
        _unit = unit;
        _total = Math.Max(1, total);
        _height = Head + (depth + 1) * Row + 2 * Margin;
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Number(Width)}\" height=\"{Number(_height)}\" viewBox=\"0 0 {Number(Width)} {Number(_height)}\" font-family=\"monospace\" font-size=\"11\">");
        Line("<rect width=\"100%\" height=\"100%\" fill=\"#fffdf7\"/>");
        Line($"<text x=\"{Number(Width / 2)}\" y=\"24\" text-anchor=\"middle\" font-size=\"15\">{Escape(title)}</text>");
        Line("<g id=\"frames\">");
    }

    /// <summary>Writes a profile.</summary>
    internal static void Write(Profile profile, Stream output)
    {
        long[] totals = profile.Stacks.Totals(profile.Kind.Weight);
        List<int>?[] children = profile.Stacks.Children();
        string all = profile.Kind.Weight == ProfileUnit.Nanoseconds ? (totals[StackTree.Root] / 1e9).ToString("0.### 's'", CultureInfo.InvariantCulture) : Amounts.Text(totals[StackTree.Root], profile.Kind.Weight);
        var graph = new FlameGraph($"{profile.Kind.Name}: {all}", totals[StackTree.Root], Depth(profile.Stacks), profile.Kind.Weight);
        graph.Frame("all", 0, totals[StackTree.Root], 0, totals[StackTree.Root], "#d8d8d8", "");
        graph.Children(children, totals, StackTree.Root, 0, 1, node =>
        {
            Frame frame = profile.Frames[profile.Stacks[node].Frame];
            return (frame.Name, totals[node], Colour(frame), frame.Module);
        });
        graph.Finish(output);
    }

    /// <summary>Writes what became longer (red) and shorter (blue) from one profile to another; as wide as in the later one.</summary>
    internal static void WriteDifference(ProfileDifference difference, Stream output)
    {
        StackTree tree = difference.Stacks;
        long[] totals = difference.After;
        var graph = new FlameGraph($"{difference.Kind}: red took more of the time than before, blue less", totals[StackTree.Root], Depth(tree), ProfileUnit.Nanoseconds);
        graph.Frame("all", 0, totals[StackTree.Root], 0, totals[StackTree.Root], "#d8d8d8", "");
        graph.Children(tree.Children(), totals, StackTree.Root, 0, 1, node =>
        {
            double change = difference.Change(node);
            int pale = 255 - (int)Math.Min(200, Math.Abs(change) * 1000);
            string colour = change >= 0 ? $"rgb(255,{pale},{pale})" : $"rgb({pale},{pale},255)";
            return (difference.Frames[tree[node].Frame], totals[node], colour, (change * 100).ToString("+0.00;-0.00;0", CultureInfo.InvariantCulture) + " points");
        });
        graph.Finish(output);
    }

    private static int Depth(StackTree stacks)
    {
        var depths = new int[stacks.Count];
        for (int node = 1; node < stacks.Count; node++)
            depths[node] = depths[stacks[node].Parent] + 1;
        return depths.Max();
    }

    private void Children(List<int>?[] children, long[] totals, int parent, long start, int level, Func<int, (string Name, long Total, string Colour, string Note)> describe)
    {
        foreach (int node in (children[parent] ?? []).OrderBy(node => describe(node).Name, StringComparer.Ordinal))
        {
            (string name, long total, string colour, string note) = describe(node);
            if (total * (Width - 2 * Margin) / _total >= Narrowest)
            {
                Frame(name, start, total, level, total, colour, note);
                Children(children, totals, node, start, level + 1, describe);
            }
            start += total;
        }
    }

    private void Frame(string name, long start, long width, int level, long weight, string colour, string note)
    {
        double scale = (Width - 2 * Margin) / _total;
        double x = Margin + start * scale, wide = width * scale, y = _height - Margin - (level + 1) * Row;
        string share = (100.0 * weight / _total).ToString("0.##", CultureInfo.InvariantCulture);
        string title = $"{name}{(note.Length > 0 ? $" ({note})" : "")}: {Amounts.Text(weight, _unit)}, {share} %";
        int letters = (int)(wide / LetterWidth);
        string text = letters < 3 ? "" : name.Length <= letters ? name : name[..(letters - 1)] + "…";
        Line($"<g class=\"f\" data-n=\"{Escape(name)}\"><title>{Escape(title)}</title><rect x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(wide)}\" height=\"{Number(Row - 1)}\" fill=\"{colour}\"/><text x=\"{Number(x + 3)}\" y=\"{Number(y + 12)}\">{Escape(text)}</text></g>");
    }

    private void Finish(Stream output)
    {
        Line("</g>");
        Line("<script><![CDATA[");
        _svg.Append(Script).Append('\n');
        Line("]]></script>");
        Line("</svg>");
        output.Write(Encoding.UTF8.GetBytes(_svg.ToString()));
    }

    private static string Colour(in Frame frame)
    {
        int shade = (int)(NameHash.Of(frame.Name) & 63);
        return frame.Kind switch
        {
            FrameKind.Kernel => $"rgb({235 - shade / 2},{150 + shade},60)",
            FrameKind.Process => $"rgb({120 + shade},{190 + shade / 2},120)",
            FrameKind.Reason => $"rgb({110 + shade},{160 + shade / 2},235)",
            _ => $"rgb(245,{190 + shade},{90 + shade})",
        };
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    // XML has no way to write most control characters, nor halves of a pair.
    private static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            safe.Append(rune.Value switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                < 0x20 or 0xfffe or 0xffff => "?",
                _ => rune.ToString(),
            });
        return safe.ToString();
    }

    private void Line(FormattableString line) => _svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Line(string line) => _svg.Append(line).Append('\n');

    private const string Script = """
        const frames = [...document.querySelectorAll('.f')].map(g => ({
          g, rect: g.querySelector('rect'), text: g.querySelector('text'), name: g.dataset.n,
          x: +g.querySelector('rect').getAttribute('x'), w: +g.querySelector('rect').getAttribute('width'),
        }));
        function zoom(to) {
          for (const f of frames) {
            const inside = f.x >= to.x - 0.01 && f.x + f.w <= to.x + to.w + 0.01;
            const outside = f.x <= to.x + 0.01 && f.x + f.w >= to.x + to.w - 0.01;
            f.g.style.display = inside || outside ? '' : 'none';
            const x = inside ? 10 + (f.x - to.x) * 1180 / to.w : 10, w = inside ? f.w * 1180 / to.w : 1180;
            f.rect.setAttribute('x', x);
            f.rect.setAttribute('width', w);
            f.text.setAttribute('x', x + 3);
            const letters = Math.floor(w / 6.6);
            f.text.textContent = letters < 3 ? '' : f.name.length <= letters ? f.name : f.name.slice(0, letters - 1) + '…';
          }
        }
        for (const f of frames) f.g.addEventListener('click', () => zoom(f));
        """;
}
