namespace Huatuo.Kernel.Tests.Harness;

/// <summary>
/// The threads of .NET itself that run what others give them: each is where the thread was that caused its start, and what it starts,
/// threads or programs, is too.
/// </summary>
internal static class RuntimeThreads
{
    private static readonly string[] s_names = [".NET TP Worker", ".NET TP Gate", ".NET Timer", ".NET Sockets", ".NET SigHandler"];

    /// <summary>The network namespace of the calling thread.</summary>
    internal static string Namespace() => NamespaceOf("/proc/thread-self") ?? throw new InvalidOperationException("/proc/thread-self/ns/net is no link");

    /// <summary>The names of those in a network namespace.</summary>
    internal static IEnumerable<string> In(string networkNamespace)
    {
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
            if (NameOf(task) is { } name && s_names.Contains(name) && NamespaceOf(task) == networkNamespace)
                yield return name;
    }

    private static string? NamespaceOf(string task) => new FileInfo(task + "/ns/net").LinkTarget;

    // Null when it has ended.
    private static string? NameOf(string task)
    {
        try
        {
            return File.ReadAllText(task + "/comm").TrimEnd();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
