namespace Huatuo.Vm;

/// <summary>The dependencies in a <c>modules.dep</c>.</summary>
internal sealed class ModuleList
{
    private readonly Dictionary<string, string[]> dependencies = [];

    public ModuleList(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.Split(':') is [var module, var rest])
                dependencies[module] = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>The files of these modules in the order in which they can be loaded; what the kernel has built in is not among them.</summary>
    public IReadOnlyList<string> Order(IEnumerable<string> names)
    {
        var ordered = new List<string>();
        foreach (string name in names)
        {
            if (dependencies.Keys.FirstOrDefault(file => NameOf(file) == name) is { } file)
                Add(file);
        }

        return ordered;

        void Add(string file)
        {
            // Each line lists all dependencies, the nearest first.
            foreach (string needed in dependencies.GetValueOrDefault(file, []).Reverse())
            {
                if (!ordered.Contains(needed))
                    ordered.Add(needed);
            }

            if (!ordered.Contains(file))
                ordered.Add(file);
        }
    }

    /// <summary><c>kernel/fs/fuse/virtiofs.ko.xz</c>: <c>virtiofs</c>.</summary>
    public static string NameOf(string file) => Path.GetFileName(file).Split(".ko")[0];
}
