namespace Huatuo.EndToEnd.Tests.Machine;

/// <summary>What /proc tells of a process.</summary>
internal static class ProcessTree
{
    /// <summary>How many files a process has open.</summary>
    public static int OpenFiles(int process) => Directory.GetFiles($"/proc/{process}/fd").Length;

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
