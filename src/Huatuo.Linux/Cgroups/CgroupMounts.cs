using Huatuo.Linux.Proc;

namespace Huatuo.Linux.Cgroups;

/// <summary>Where the cgroup hierarchies that tell containers apart are mounted.</summary>
public sealed record CgroupMounts
{
    private const string Memory = "memory";

    // Options of a v1 mount that are no controllers: kernel/cgroup/cgroup-v1.c, cgroup1_show_options.
    private static readonly HashSet<string> s_flags = ["rw", "ro", "xattr", "noprefix", "clone_children", "cpuset_v2_mode", "favordynmods"];

    /// <summary>The mount point of the v1 hierarchy with the memory controller, or null.</summary>
    public string? MemoryV1Path { get; private init; }

    /// <summary>The mount point of the unified (v2) hierarchy, or null.</summary>
    public string? UnifiedPath { get; private init; }

    /// <summary>The mount point of each v1 controller's hierarchy, such as <c>cpuacct</c>; named hierarchies as <c>name=systemd</c>.</summary>
    public IReadOnlyDictionary<string, string> V1Paths { get; private init; } = new Dictionary<string, string>();

    /// <summary>The mount point of the hierarchy that cgroup ids of events belong to: memory's on v1, else the unified one. Null when it is not mounted.</summary>
    public string? IdentityPath => MemoryOnV1 ? MemoryV1Path : UnifiedPath;

    /// <summary>Which hierarchies there are.</summary>
    public CgroupLayout Layout { get; private init; }

    /// <summary>The number of that hierarchy in <c>/proc/PID/cgroup</c>; 0 for the unified one.</summary>
    public int IdentityHierarchy { get; private init; }

    /// <summary>The memory controller is in a v1 hierarchy, mounted here or not.</summary>
    internal bool MemoryOnV1 { get; private init; }

    /// <summary>Reads <c>self/mountinfo</c>; a file that cannot be read gives <see cref="CgroupLayout.None"/>.</summary>
    public static CgroupMounts Load(string procRoot = "/proc")
    {
        try
        {
            var mounts = Parse(File.ReadAllText(Path.Combine(procRoot, "self/mountinfo")));
            (bool onV1, int hierarchy) = ReadMemory(procRoot);
            return mounts with { MemoryOnV1 = mounts.MemoryOnV1 || onV1, IdentityHierarchy = hierarchy };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new CgroupMounts();
        }
    }

    private static (bool OnV1, int Hierarchy) ReadMemory(string procRoot)
    {
        Span<byte> buffer = stackalloc byte[ProcCgroup.MaxBytes];
        int length = SmallFile.Read(Path.Combine(procRoot, "self/cgroup"), buffer);
        return length > 0 && ProcCgroup.TryParse(buffer[..length], out _, out int hierarchy) ? (hierarchy != 0, hierarchy) : default;
    }

    /// <summary>Parses lines of proc_pid_mountinfo(5); others are skipped.</summary>
    internal static CgroupMounts Parse(string mountinfo)
    {
        var controllers = new Dictionary<string, (string Point, bool Whole)>();
        (string Point, bool Whole)? unified = null;
        bool anyV1 = false;
        foreach (string line in mountinfo.Split('\n'))
        {
            // id parent major:minor root point options [tags] - type source options
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
            if (dash < 0 || dash + 3 >= fields.Length) continue;

            var mount = (MountLine.Unescape(fields[4]), fields[3] == "/");
            switch (fields[dash + 1])
            {
                case "cgroup":
                    anyV1 = true;
                    foreach (string option in fields[dash + 3].Split(','))
                        controllers[option] = Better(controllers.TryGetValue(option, out var known) ? known : null, mount);
                    break;
                case "cgroup2":
                    unified = Better(unified, mount);
                    break;
            }
        }
        return new CgroupMounts
        {
            MemoryV1Path = controllers.TryGetValue(Memory, out var memory) ? memory.Point : null,
            MemoryOnV1 = controllers.ContainsKey(Memory),
            V1Paths = controllers.Where(one => !s_flags.Contains(one.Key)).ToDictionary(one => one.Key, one => one.Value.Point),
            UnifiedPath = unified?.Point,
            Layout = (anyV1, unified) switch
            {
                (true, not null) => CgroupLayout.Hybrid,
                (true, null) => CgroupLayout.V1,
                (false, not null) => CgroupLayout.V2,
                _ => CgroupLayout.None,
            },
        };
    }

    /// <summary>A mount of the whole hierarchy beats a mount of a part of it; else the first.</summary>
    private static (string, bool) Better((string Point, bool Whole)? known, (string Point, bool Whole) other) =>
        known is { } first && (first.Whole || !other.Whole) ? first : other;
}
