namespace Huatuo.Profiling.Capturing;

/// <summary>How long to rest between two looks at processes.</summary>
internal static class Rest
{
    /// <summary>So long as is asked for, and no longer than is left; in whole milliseconds, as nobody rests for parts of one.</summary>
    /// <param name="asked">Negative when nothing is asked for.</param>
    /// <param name="left">Until something else is to be done; negative when that is late.</param>
    internal static TimeSpan Of(TimeSpan asked, TimeSpan left)
    {
        TimeSpan rest = asked >= TimeSpan.Zero && asked < left ? asked : left;
        return TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(rest.TotalMilliseconds)));
    }
}
