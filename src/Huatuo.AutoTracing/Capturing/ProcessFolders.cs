using System.Globalization;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>The processes that /proc lists; any may end between two looks.</summary>
internal static class ProcessFolders
{
    /// <summary>Their numbers.</summary>
    /// <param name="folder">Normally <c>/proc</c>, or a process's <c>task</c>.</param>
    internal static IEnumerable<int> Pids(string folder)
    {
        string[] entries;
        try
        {
            entries = Directory.GetDirectories(folder);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (string entry in entries)
            if (int.TryParse(Path.GetFileName(entry.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
                yield return pid;
    }

    /// <summary>A file of a process.</summary>
    internal static string File(string procRoot, int pid, string name) => string.Create(CultureInfo.InvariantCulture, $"{procRoot}/{pid}/{name}");

    /// <summary>A process's name; empty when it is gone.</summary>
    internal static string Name(string procRoot, int pid) => KernelFile.TryRead(File(procRoot, pid, "comm"))?.TrimEnd('\n') ?? "";
}
