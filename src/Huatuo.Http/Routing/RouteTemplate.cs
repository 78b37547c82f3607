namespace Huatuo.Http.Routing;

/// <summary>A path such as <c>/api/v1/events/{id}</c>: a name in braces stands for one whole segment.</summary>
internal sealed class RouteTemplate
{
    private readonly string[] _segments;

    /// <param name="text">The template.</param>
    public RouteTemplate(string text)
    {
        Text = text;
        _segments = text.Split('/');
        Names = [.. _segments.Where(IsName).Select(segment => segment[1..^1])];
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The names in it.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Compares a path, exactly.</summary>
    /// <param name="path">The path.</param>
    /// <param name="values">What stands in place of the names, in their order.</param>
    public bool Matches(string path, out string[] values)
    {
        values = [];
        if (Names.Count == 0)
            return path == Text;
        string[] parts = path.Split('/', _segments.Length + 1);
        if (parts.Length != _segments.Length)
            return false;
        for (int i = 0; i < parts.Length; i++)
            if (IsName(_segments[i]) ? parts[i].Length == 0 : parts[i] != _segments[i])
                return false;
        values = [.. parts.Where((_, i) => IsName(_segments[i]))];
        return true;
    }

    private static bool IsName(string segment) => segment.StartsWith('{');
}
