using System.Globalization;
using System.Text;
using Huatuo.Linux.Proc;

namespace Huatuo.Profiling.Symbols;

/// <summary>Names for the addresses of one process, as long as it runs the program that it was sampled in.</summary>
/// <param name="folder">Its folder in proc.</param>
/// <param name="image">Where the arguments of that program lie.</param>
/// <param name="environment">What all processes share.</param>
internal sealed class ProcessSymbols(string folder, ulong image, SymbolEnvironment environment)
{
    private const int MostRemembered = 1 << 16, MostFiles = 1024;

    private readonly Dictionary<ulong, (int Frame, Naming Naming)> _known = [];
    private readonly Dictionary<Mapping, KnownFile> _files = [];
    private ProcessMaps _maps = new([]);
    private PerfMap? _perfMap;
    private int _round = -1;
    private bool _isGone;

    /// <summary>When it was last asked, in rounds.</summary>
    internal int LastRound => _round;

    /// <summary>How many addresses it remembers.</summary>
    internal int Remembered => _known.Count;

    /// <summary>What its map of a compiler takes in memory.</summary>
    internal long PerfMapBytes => _perfMap?.Bytes ?? 0;

    /// <summary>What somebody else saw of the program while it was there; null for nothing.</summary>
    internal Func<SeenProgram?> Seen { get; init; } = static () => null;

    /// <summary>Forgets the addresses.</summary>
    internal void Forget() => _known.Clear();

    /// <summary>The frame at an address.</summary>
    /// <param name="address">Within the code of the process.</param>
    /// <param name="round">Counts the times at which samples are taken from the kernel.</param>
    internal int Frame(ulong address, int round)
    {
        bool isFirst = _round != round;
        _round = round;
        if (_known.TryGetValue(address, out (int Frame, Naming Naming) known))
        {
            Count(known.Naming);
            return known.Frame;
        }
        // Once in each round, as maps change: libraries are loaded, code is compiled, programs end.
        if (isFirst || _maps.All.Count == 0)
            Look();
        int frame = Name(address, out Naming naming);
        Count(naming);
        // Code without a file may be in the compiler's map the next time.
        if (naming is not (Naming.Anonymous or Naming.Gone) && _known.Count < MostRemembered)
            _known[address] = (frame, naming);
        return frame;
    }

    private void Count(Naming naming)
    {
        switch (naming)
        {
            case Naming.Named:
                environment.Counts.Named++;
                break;
            case Naming.Nameless:
                environment.Counts.Nameless++;
                break;
            case Naming.Anonymous:
                environment.Counts.Anonymous++;
                break;
            case Naming.Unreadable:
                environment.Counts.Unreadable++;
                break;
            default:
                environment.Counts.Gone++;
                break;
        }
    }

    private int Name(ulong address, out Naming naming)
    {
        // What was seen of the program holds after its end.
        if (_isGone && _maps.All.Count == 0)
        {
            naming = Naming.Gone;
            return Unknown("");
        }
        if (_maps.Find(address) is not { } mapping || (!mapping.HasFile && mapping.Path != Mapping.Vdso))
            return Compiled(address, "", out naming);
        KnownFile file = FileOf(mapping);
        ulong offset = address - mapping.Start + mapping.Offset;
        string module = mapping.Name[(mapping.Name.LastIndexOf('/') + 1)..];
        if (file.Layout is null)
        {
            // Code that was compiled ahead lies in files of other kinds.
            return Compiled(address, string.Create(CultureInfo.InvariantCulture, $"{module}+0x{offset:x}"), out naming);
        }
        if (file.Layout.TryAddress(offset, out ulong inFile) && FunctionsOf(mapping, file.Key).TryFind(inFile, out ReadOnlySpan<byte> name))
        {
            naming = Naming.Named;
            return environment.Frames.Intern(new Frame(Demangler.Readable(name), module, FrameKind.User));
        }
        naming = Naming.Nameless;
        return Unknown(string.Create(CultureInfo.InvariantCulture, $"{module}+0x{(inFile != 0 ? inFile : offset):x}"), module);
    }

    private int Compiled(ulong address, string place, out Naming naming)
    {
        if (_perfMap is not null && _perfMap.Functions.TryFind(address, out ReadOnlySpan<byte> name))
        {
            naming = Naming.Named;
            return environment.Frames.Intern(new Frame(Encoding.UTF8.GetString(name), "[compiled]", FrameKind.User));
        }
        naming = place.Length > 0 ? Naming.Unreadable : Naming.Anonymous;
        return Unknown(place);
    }

    private int Unknown(string place, string module = "") =>
        environment.Frames.Intern(new Frame(place.Length > 0 ? $"{Profiling.Frame.Unknown} {place}" : Profiling.Frame.Unknown, module, FrameKind.User));

    private KnownFile FileOf(Mapping mapping)
    {
        if (_files.TryGetValue(mapping, out KnownFile known))
            return known;
        if (environment.Files.Of(folder, mapping) is not { } file)
            return new KnownFile("", null);
        if (_files.Count >= MostFiles)
            _files.Clear();
        return _files[mapping] = file;
    }

    private FunctionTable FunctionsOf(Mapping mapping, string key) => environment.Functions.Get(key, () =>
    {
        using ByteSource? bytes = MappedFile.OpenAgain(folder, mapping, key);
        if (bytes is null || !ElfFile.TryRead(bytes, out ElfFile? elf))
            return null;
        FunctionTable own = ElfFunctions.Read(elf, out bool isWhole);
        if (isWhole || mapping.Path == Mapping.Vdso)
            return own;
        FunctionTable separate = DebugFiles.Functions(elf, mapping.Name, [folder + "/root", "/"]);
        if (separate.Count > 0)
            return separate;
        FunctionTable packed = PackedSymbols.Read(elf, out bool isUnread);
        environment.Counts.PackedUnread += isUnread ? 1 : 0;
        return packed.Count > 0 ? packed : own;
    });

    private void Look()
    {
        // In this order: what was read before the check belongs to the program that the check found.
        bool isThere = environment.Buffer.TryRead(folder + "/maps", out ReadOnlySpan<byte> text);
        ProcessMaps maps = ProcessMaps.Parse(text);
        _isGone = !isThere || maps.All.Count == 0 || !IsSameProgram();
        if (_isGone)
        {
            if (_maps.All.Count == 0 && Seen() is { } seen)
                Recall(seen);
            return;
        }
        if (!maps.All.SequenceEqual(_maps.All))
            _known.Clear();
        _maps = maps;
        foreach (Mapping old in _files.Keys.Where(old => maps.Find(old.Start) != old).ToList())
            _files.Remove(old);
        ReadPerfMap();
    }

    private void Recall(SeenProgram seen)
    {
        _maps = seen.Maps;
        foreach ((Mapping mapping, KnownFile file) in seen.Files)
            _files[mapping] = file;
    }

    private bool IsSameProgram() => ProcessImage.TryRead(environment.Buffer, folder, out ulong arguments) && (arguments == image || arguments == 0);

    // A file that another user made, where anybody may, is not the runtime's.
    private void ReadPerfMap()
    {
        if (!environment.Buffer.TryRead(folder + "/status", out ReadOnlySpan<byte> status) || Last(status, "NSpid:"u8) is not { Length: > 0 } pid
            || !uint.TryParse(Last(status, "Uid:"u8), NumberStyles.None, CultureInfo.InvariantCulture, out uint user))
            return;
        using FileBytes? file = RootedFile.OpenOf(folder + "/root", $"/tmp/perf-{pid}.map", user);
        if (file is not null)
            (_perfMap ??= new PerfMap(environment.PerfMaps)).Read(file);
    }

    // Of NSpid the number in its own namespace; of Uid that of file accesses, which the files that it makes have.
    private static string Last(ReadOnlySpan<byte> status, ReadOnlySpan<byte> name)
    {
        for (var lines = new LineReader(status); lines.TryNext(out ReadOnlySpan<byte> line);)
        {
            if (!line.StartsWith(name))
                continue;
            ReadOnlySpan<byte> last = default;
            for (var fields = new FieldReader(line[name.Length..]); fields.TryNext(out ReadOnlySpan<byte> field);)
                last = field;
            return Encoding.ASCII.GetString(last);
        }
        return "";
    }

    /// <summary>How a frame got its name, or why it has none.</summary>
    private enum Naming
    {
        Named,
        Nameless,
        Anonymous,
        Unreadable,
        Gone,
    }
}
