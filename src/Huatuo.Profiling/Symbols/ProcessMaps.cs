using System.Globalization;
using System.Text;
using Huatuo.Linux.Proc;

namespace Huatuo.Profiling.Symbols;

/// <summary>One run of a process's memory that may be executed.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="End">The address behind it.</param>
/// <param name="Offset">Where in the file it begins.</param>
/// <param name="File">Device and inode of the file, as the kernel prints them; empty for memory without a file.</param>
/// <param name="Path">Where the process sees the file, or what the kernel calls the memory, such as <c>[vdso]</c>.</param>
internal sealed record Mapping(ulong Start, ulong End, ulong Offset, string File, string Path)
{
    internal const string Vdso = "[vdso]";

    /// <summary>Of a file that is not looked at as it is mapped.</summary>
    internal static readonly Mapping None = new(0, 0, 0, "", "");

    private const string Deleted = " (deleted)";

    /// <summary>Its name in <c>/proc/PID/map_files</c>.</summary>
    internal string Link => string.Create(CultureInfo.InvariantCulture, $"{Start:x}-{End:x}");

    /// <summary>Whether there is a file of code behind it; memory that a compiler writes may have a file too, one of no file system.</summary>
    internal bool HasFile => File.Length > 0 && Path.StartsWith('/') && !Path.StartsWith("/memfd:", StringComparison.Ordinal)
        && (!Path.StartsWith("/dev/", StringComparison.Ordinal) || Path.StartsWith("/dev/shm/", StringComparison.Ordinal));

    /// <summary>The path without the kernel's mark of a file that was deleted.</summary>
    internal string Name => Path.EndsWith(Deleted, StringComparison.Ordinal) ? Path[..^Deleted.Length] : Path;
}

/// <summary>What a process has mapped to be executed, in order.</summary>
/// <param name="mappings">Sorted by address.</param>
internal sealed class ProcessMaps(IReadOnlyList<Mapping> mappings)
{
    private const int MostMappings = 65536;

    internal IReadOnlyList<Mapping> All => mappings;

    internal Mapping? Find(ulong address)
    {
        int low = 0, high = mappings.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            Mapping mapping = mappings[middle];
            if (address < mapping.Start)
                high = middle - 1;
            else if (address >= mapping.End)
                low = middle + 1;
            else
                return mapping;
        }
        return null;
    }

    /// <summary>Parses lines of proc_pid_maps(5); others are skipped.</summary>
    internal static ProcessMaps Parse(ReadOnlySpan<byte> text)
    {
        List<Mapping> found = [];
        for (var lines = new LineReader(text); lines.TryNext(out ReadOnlySpan<byte> line) && found.Count < MostMappings;)
        {
            var fields = new FieldReader(line);
            if (!fields.TryNext(out ReadOnlySpan<byte> range) || !fields.TryNext(out ReadOnlySpan<byte> permissions) || permissions.Length < 3 || permissions[2] != 'x'
                || !fields.TryHex(out ulong offset) || !fields.TryNext(out ReadOnlySpan<byte> device) || !fields.TryNext(out ReadOnlySpan<byte> inode)
                || !TryRange(range, out ulong start, out ulong end))
                continue;
            string file = inode.SequenceEqual("0"u8) ? "" : $"{Encoding.ASCII.GetString(device)} {Encoding.ASCII.GetString(inode)}";
            // A line break in a path is written as \012.
            found.Add(new Mapping(start, end, offset, file, Encoding.UTF8.GetString(fields.Rest)));
        }
        found.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        return new ProcessMaps(found);
    }

    private static bool TryRange(ReadOnlySpan<byte> range, out ulong start, out ulong end)
    {
        (start, end) = (0, 0);
        int dash = range.IndexOf((byte)'-');
        return dash > 0
            && ulong.TryParse(range[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out start)
            && ulong.TryParse(range[(dash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out end) && start < end;
    }
}
