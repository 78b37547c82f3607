using System.Globalization;
using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Maps;
using Huatuo.Linux;
using Huatuo.Linux.Proc;
using Huatuo.Profiling.Sampling;
using Huatuo.Profiling.Symbols;

namespace Huatuo.Profiling.Unwinding;

/// <summary>
/// Makes tables for the processes that are sampled, and gives them to the kernel side of all profilers that share it. A process is looked
/// at when the kernel side first asks for it, or finds code that it does not know. Used by one thread at a time.
/// </summary>
internal sealed class Unwinder : IDisposable
{
    /// <summary>What tables may take in the kernel unless told otherwise.</summary>
    internal const long DefaultBytes = 64 << 20;

    /// <summary>How many processes have tables at most; the stacks of others are followed by frame pointers.</summary>
    internal const int MostProcesses = 1024;

    private const string ModeKnob = "cfg_unwind", TablesMap = "unwind_tables", ProcessesMap = "unwind_processes", WantedMap = "unwind_wanted", CountsMap = "unwind_counts";

    // What is not done then waits for the next time, so that samples are taken.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(10), s_interval = TimeSpan.FromSeconds(1);

    // From one look to the next: where programs come and go the first, where all are known the last.
    private static readonly TimeSpan s_soonest = TimeSpan.FromMilliseconds(10), s_latest = TimeSpan.FromMilliseconds(250);

    // A fifth of a CPU at most, so that a machine full of programs is known within some seconds.
    private const int Rest = 4;

    // That a process may run one after the other while it is looked at.
    private const int Programs = 3;

    private readonly UnwindMode _mode;
    private readonly UnwindTables _tables;
    private readonly TimeProvider _time;
    private readonly string _procRoot;
    private readonly FileBuffer _buffer = new();
    private readonly FileIdentities _files = new();
    private readonly Dictionary<uint, UnwoundProcess> _processes = [];
    private readonly List<Served> _served = [];
    private KnownFile? _vdso;
    private long _lookedAt;

    /// <param name="mode">How stacks are followed.</param>
    /// <param name="mostBytes">What tables may take in the kernel.</param>
    /// <param name="time">Time.</param>
    /// <param name="procRoot">Where proc is mounted.</param>
    internal Unwinder(UnwindMode mode, long mostBytes, TimeProvider time, string procRoot = "/proc")
    {
        (_mode, _time, _procRoot) = (mode, time, procRoot);
        _tables = new UnwindTables(mostBytes, time);
    }

    /// <summary>Whether tables can be followed here.</summary>
    internal static bool IsSupported => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>The tables.</summary>
    internal UnwindTables Tables => _tables;

    /// <summary>How many processes have tables.</summary>
    internal int Processes => _processes.Count;

    /// <summary>How often the kernel refused tables.</summary>
    internal long Failures { get; private set; }

    /// <summary>Whether a process has.</summary>
    internal bool Has(uint tgid) => _processes.ContainsKey(tgid);

    /// <summary>Tells programs how to follow stacks, before they are loaded.</summary>
    /// <param name="opened">Their object.</param>
    /// <param name="unwinder">Null for frame pointers alone.</param>
    internal static void Prepare(BpfObject opened, Unwinder? unwinder)
    {
        UnwindMode mode = IsSupported && unwinder is not null ? unwinder._mode : UnwindMode.Pointers;
        opened.SetKnob(ModeKnob, (uint)mode);
        opened.SetMapEntries(TablesMap, mode == UnwindMode.Pointers ? 1 : (uint)UnwindTables.Most);
        foreach (string map in (ReadOnlySpan<string>)[ProcessesMap, WantedMap])
            opened.SetMapEntries(map, mode == UnwindMode.Pointers ? 1 : (uint)MostProcesses);
        if (KernelRelease.TryRead(out KernelRelease release) && release.Since(6, 1))
            opened.SetMapGrowing(ProcessesMap);
    }

    /// <summary>Begins to serve a profiler.</summary>
    /// <param name="loaded">Its loaded object, which must outlive what is given back.</param>
    /// <param name="target">Whom it samples; one process is looked at now.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal Served? Serve(BpfObject loaded, ProfileTarget target)
    {
        if (!IsSupported || _mode == UnwindMode.Pointers)
            return null;
        int tables = loaded.MapFd(TablesMap);
        var served = new Served(this, loaded, tables);
        try
        {
            _tables.Enter(tables);
            _served.Add(served);
            // Those that are known are asked for once more, and are in all maps then.
            foreach (uint process in _processes.Keys.ToList())
                Forget(process);
        }
        catch
        {
            served.Dispose();
            throw;
        }
        if (target.Tgid != 0)
            TryLook(target.Tgid);
        return served;
    }

    /// <summary>Looks at a process now.</summary>
    /// <param name="tgid">The process.</param>
    /// <param name="image">What it ran a while ago, as the kernel side has it; 0 when nothing is known.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal void Look(uint tgid, ulong image = 0)
    {
        string folder = Path.Combine(_procRoot, tgid.ToString(CultureInfo.InvariantCulture));
        if (!TryMaps(folder, ref image, out ProcessMaps? maps))
        {
            Forget(tgid);
            return;
        }
        if (maps is null)
            return;
        if (_processes.TryGetValue(tgid, out UnwoundProcess? known) && known.Image == image && known.IsAs(maps))
        {
            known.LookedAt = _time.GetTimestamp();
            known.Wait();
            return;
        }
        List<LoadedTable> tables = [];
        Dictionary<Mapping, KnownFile> files = [];
        try
        {
            bool isWide = _files.OfProgram(folder)?.Layout is not null;
            UnwindMappings? mappings = isWide ? UnwindMappings.Of(maps, mapping => TableOf(folder, mapping, tables, files)) : null;
            Enter(tgid, image, mappings);
        }
        catch
        {
            tables.ForEach(_tables.Release);
            throw;
        }
        // After the new ones are taken, so that those of both stay.
        Release(tgid);
        _processes[tgid] = new UnwoundProcess(image, new SeenProgram(maps, files), tables) { LookedAt = _time.GetTimestamp() };
    }

    /// <inheritdoc/>
    public void Dispose() => _tables.Dispose();

    /// <summary>What a process had mapped when it was looked at; null when it was not, or runs another program by now.</summary>
    /// <param name="tgid">The process.</param>
    /// <param name="image">Where the arguments of its program lie.</param>
    internal SeenProgram? Seen(uint tgid, ulong image) => _processes.TryGetValue(tgid, out UnwoundProcess? process) && process.Image == image ? process.Seen : null;

    // The CPU time that went into processes; zero when none was new.
    private TimeSpan Follow(BpfMap<uint, UnwindRequest> wanted, CounterMap<uint, UnwindRequest> reader)
    {
        TimeSpan began = ThreadTime.Taken;
        if (_time.GetElapsedTime(_lookedAt) >= s_interval)
        {
            _lookedAt = _time.GetTimestamp();
            ForgetGone();
            _tables.Free();
        }
        reader.Read();
        for (int i = 0; i < reader.Count && ThreadTime.Taken - began <= s_patience; i++)
        {
            uint tgid = reader.Keys[i];
            wanted.Remove(tgid);
            if (_processes.TryGetValue(tgid, out UnwoundProcess? known)
                ? reader.Sums[i].Why == (ulong)UnwindWant.Program || _time.GetElapsedTime(known.LookedAt) >= known.Patience
                : _processes.Count < MostProcesses)
                TryLook(tgid, reader.Sums[i].Image);
        }
        return reader.Count > 0 ? ThreadTime.Taken - began : TimeSpan.Zero;
    }

    // Null where there is nothing, or one program after the other. False when the process is gone.
    private bool TryMaps(string folder, ref ulong image, out ProcessMaps? maps)
    {
        maps = null;
        for (int left = Programs; left > 0; left--)
        {
            if (!_buffer.TryRead(folder + "/maps", out ReadOnlySpan<byte> text))
                return false;
            var read = ProcessMaps.Parse(text);
            if (!ProcessImage.TryRead(_buffer, folder, out ulong after))
                return false;
            // The program was the same before and after, so that all of it is that program's.
            if (after == image)
            {
                maps = read.All.Count > 0 ? read : null;
                return true;
            }
            image = after;
        }
        return true;
    }

    // Not before its last samples were named.
    private void ForgetGone()
    {
        foreach ((uint tgid, UnwoundProcess process) in _processes.ToList())
        {
            bool isGone = !Directory.Exists(Path.Combine(_procRoot, tgid.ToString(CultureInfo.InvariantCulture)));
            if (isGone && process.IsGone)
                Forget(tgid);
            process.IsGone = isGone;
        }
    }

    // Without tables its stacks are followed by frame pointers.
    private void TryLook(uint tgid, ulong image = 0)
    {
        try
        {
            Look(tgid, image);
        }
        catch (BpfException)
        {
            Failures++;
        }
    }

    private void Enter(uint tgid, ulong image, UnwindMappings? mappings)
    {
        UnwindProcess process = default;
        process.Image = image;
        mappings?.Write(image, ref process);
        foreach (Served served in _served)
            served.Processes.Set(tgid, process);
    }

    private void Forget(uint tgid)
    {
        if (!Release(tgid))
            return;
        foreach (Served served in _served)
            served.Processes.Remove(tgid);
    }

    private bool Release(uint tgid)
    {
        if (!_processes.Remove(tgid, out UnwoundProcess? process))
            return false;
        foreach (LoadedTable table in process.Tables)
            _tables.Release(table);
        return true;
    }

    private (LoadedTable, ulong)? TableOf(string folder, Mapping mapping, List<LoadedTable> tables, Dictionary<Mapping, KnownFile> files)
    {
        if (!mapping.HasFile && mapping.Path != Mapping.Vdso)
            return PythonTrampolines.Of(folder, mapping) is { } python && Take(python.Key, python.Table, tables) is { } known ? (known, mapping.Start) : null;
        // That of the kernel is the same for all programs of 64 bits.
        if ((mapping.HasFile ? _files.Of(folder, mapping) : _vdso ??= _files.Of(folder, mapping)) is not { } file)
            return null;
        files[mapping] = file;
        if (file.Layout is null || BiasOf(file.Layout, mapping) is not { } bias)
            return null;
        return Take(file.Key, () => Read(folder, mapping, file.Key), tables) is { Parts.Count: > 0 } table ? (table, bias) : null;
    }

    private static UnwindTable? Read(string folder, Mapping mapping, string key)
    {
        using ByteSource? bytes = MappedFile.OpenAgain(folder, mapping, key);
        string[] roots = mapping.HasFile ? [folder + "/root", "/"] : [];
        return bytes is not null && ElfFile.TryRead(bytes, out ElfFile? elf) ? UnwindTable.Of(elf, mapping.Name, roots) : null;
    }

    private LoadedTable? Take(string key, Func<UnwindTable?> read, List<LoadedTable> tables)
    {
        LoadedTable? table = _tables.Take(key, read);
        if (table is not null)
            tables.Add(table);
        return table;
    }

    // What is added to an address of the file; a mapping begins at a whole page, where its segment need not.
    private static ulong? BiasOf(ElfLayout layout, Mapping mapping)
    {
        ulong page = (ulong)Environment.SystemPageSize;
        foreach (ElfLayout.Segment segment in layout.Segments)
            if (segment.IsCode && segment.Offset / page * page <= mapping.Offset && mapping.Offset < segment.Offset + segment.Bytes)
                return mapping.Start - (mapping.Offset - segment.Offset + segment.Address);
        return null;
    }

    /// <summary>What a profiler is served with.</summary>
    internal sealed class Served : IDisposable
    {
        private readonly Unwinder _unwinder;
        private readonly int _tables;
        private readonly BpfMap<uint, UnwindRequest> _wanted;
        private readonly CounterMap<uint, UnwindRequest> _wantedReader;
        private readonly CounterMap<uint, UnwindCounters> _counts;
        private TimeSpan _pause = s_soonest;

        internal Served(Unwinder unwinder, BpfObject loaded, int tables)
        {
            (_unwinder, _tables) = (unwinder, tables);
            Processes = loaded.Map<uint, UnwindProcess>(ProcessesMap);
            _wanted = loaded.Map<uint, UnwindRequest>(WantedMap);
            _wantedReader = _wanted.Counters();
            _counts = loaded.PerCpuMap<uint, UnwindCounters>(CountsMap).Counters();
        }

        /// <summary>Where files lie in processes, as its kernel side has it.</summary>
        internal BpfMap<uint, UnwindProcess> Processes { get; }

        /// <summary>What was seen of a process.</summary>
        /// <inheritdoc cref="Unwinder.Seen"/>
        internal SeenProgram? Seen(uint tgid, ulong image) => _unwinder.Seen(tgid, image);

        /// <summary>Looks at what its kernel side asked for, until that took a hundredth of a second, and at what ended.</summary>
        /// <returns>After what time to look again, so that also processes are seen that live for some hundredths of a second.</returns>
        /// <exception cref="BpfException">The kernel refuses.</exception>
        internal TimeSpan Follow()
        {
            TimeSpan spent = _unwinder.Follow(_wanted, _wantedReader);
            TimeSpan pause = spent > TimeSpan.Zero ? spent * Rest : _pause * 2;
            return _pause = TimeSpan.FromTicks(Math.Clamp(pause.Ticks, s_soonest.Ticks, s_latest.Ticks));
        }

        /// <summary>How stacks were followed, on all CPUs.</summary>
        internal UnwindCounters Counters()
        {
            _counts.Read();
            return _counts.Count > 0 ? _counts.Sums[0] : default;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _unwinder._tables.Leave(_tables);
            _unwinder._served.Remove(this);
        }
    }
}
