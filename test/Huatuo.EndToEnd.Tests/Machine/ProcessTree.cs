namespace Huatuo.EndToEnd.Tests.Machine;

/// <summary>What /proc tells of a process.</summary>
internal static class ProcessTree
{
    /// <summary>How many files a process has open, those below a folder left out.</summary>
    /// <param name="process">The process.</param>
    /// <param name="without">The folder.</param>
    public static int OpenFiles(int process, string without) =>
        new DirectoryInfo($"/proc/{process}/fd").GetFiles().Count(file => file.LinkTarget?.StartsWith(without + "/", StringComparison.Ordinal) != true);

    /// <summary>The processes that a process started and that are not yet collected.</summary>
    public static IEnumerable<string> ChildrenOf(int process) =>
        Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]) && ParentOf(folder) == process);

    private static int ParentOf(string folder)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(folder, "stat"));
            // pid (comm) state ppid; the command may hold anything.
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
