using System.Globalization;
using System.Runtime.InteropServices;

namespace Huatuo.EndToEnd.Tests.Machine;

/// <summary>Programs, maps and links in the kernel, by their ids, which the kernel does not soon give out again.</summary>
internal sealed partial record BpfObjects(IReadOnlySet<uint> Programs, IReadOnlySet<uint> Maps, IReadOnlySet<uint> Links)
{
    // enum bpf_cmd of include/uapi/linux/bpf.h
    private const int ProgramGetNextId = 11;
    private const int MapGetNextId = 12;
    private const int LinkGetNextId = 31;

    private static readonly long SystemCall = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;

    /// <summary>What a process holds file descriptors of.</summary>
    public static BpfObjects HeldBy(int process)
    {
        string[] lines = [.. Directory.GetFiles($"/proc/{process}/fdinfo").SelectMany(ReadLines)];
        // A link's file tells of its program, too.
        return new BpfObjects(Ids(lines, "prog_id:"), Ids(lines, "map_id:"), Ids(lines, "link_id:"));
    }

    /// <summary>Those that the kernel still has, in words.</summary>
    public IEnumerable<string> Left() =>
    [
        .. Programs.Where(id => Exists(ProgramGetNextId, id)).Select(id => $"program {id}"),
        .. Maps.Where(id => Exists(MapGetNextId, id)).Select(id => $"map {id}"),
        .. Links.Where(id => Exists(LinkGetNextId, id)).Select(id => $"link {id}"),
    ];

    private static HashSet<uint> Ids(string[] lines, string key) =>
        [.. lines.Where(line => line.StartsWith(key, StringComparison.Ordinal)).Select(line => uint.Parse(line.AsSpan(key.Length).Trim(), CultureInfo.InvariantCulture))];

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (IOException)
        {
            // Closed in the meantime.
            return [];
        }
    }

    private static bool Exists(int command, uint id)
    {
        var attribute = new NextId { Start = id - 1 };
        return bpf(SystemCall, command, ref attribute, Marshal.SizeOf<NextId>()) == 0 && attribute.Next == id;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long bpf(long number, int command, ref NextId attribute, int size);

    private struct NextId
    {
        public uint Start;
        public uint Next;
        public uint Flags;
    }
}
