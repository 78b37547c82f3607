namespace Huatuo.Tracers.Collecting;

/// <summary>The disk that has a number now. The kernel gives that of one that is gone to another, so it is asked for each time.</summary>
internal static class LiveDisk
{
    /// <summary>What it is called, by <c>/sys/dev/block</c>; null where none has the number, or sysfs does not tell.</summary>
    /// <param name="sysRoot">Where sysfs is mounted.</param>
    /// <param name="number">Its numbers, <c>254:0</c>.</param>
    internal static string? NameOf(string sysRoot, string number)
    {
        try
        {
            return Path.GetFileName(new FileInfo(Path.Combine(sysRoot, "dev/block", number)).LinkTarget);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
