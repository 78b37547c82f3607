namespace Huatuo.Linux.Proc;

/// <summary>Small files below /proc and /sys that may go away between any two looks.</summary>
public static class KernelFile
{
    /// <summary>All of a file; null when it is gone or may not be read.</summary>
    /// <param name="path">The file.</param>
    public static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
