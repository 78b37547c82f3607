using System.Globalization;
using System.Text;
using Huatuo.Flow.Enrich;
using Huatuo.Linux.Kallsyms;

namespace Huatuo.Profiling.Symbols;

/// <summary>Turns the addresses of stacks into frames. Used by one thread at a time.</summary>
/// <param name="environment">What the processes share.</param>
/// <param name="kernel">The kernel's symbols.</param>
internal sealed class Symbolizer(SymbolEnvironment environment, SymbolSource kernel)
{
    private const int MostProcesses = 1024, MostRemembered = 1 << 18;
    private const string KernelModule = "[kernel]";
    private readonly Dictionary<(uint Tgid, ulong Image), ProcessSymbols> _processes = [];
    private readonly Dictionary<ulong, int> _kernelFrames = [];
    private KernelSymbols? _table;
    private int _round;

    /// <summary>A new set of samples was taken: processes are looked at anew.</summary>
    internal void Begin()
    {
        _round++;
        if (_processes.Count > MostProcesses)
        {
            int old = _round - 2;
            foreach ((uint, ulong) idle in _processes.Where(process => process.Value.LastRound < old).Select(process => process.Key).ToList())
                _processes.Remove(idle);
            if (_processes.Count > MostProcesses)
                _processes.Clear();
        }
        if (_processes.Values.Sum(process => process.Remembered) > MostRemembered)
            foreach (ProcessSymbols process in _processes.Values)
                process.Forget();
        if (!ReferenceEquals(_table, kernel.Current))
        {
            _table = kernel.Current;
            _kernelFrames.Clear();
        }
        environment.PerfMaps.Begin(_processes.Values.Sum(process => process.PerfMapBytes));
    }

    /// <summary>Adds the frames of a process's stack, the outermost first.</summary>
    /// <param name="tgid">The process.</param>
    /// <param name="image">Where the arguments of its program lie.</param>
    /// <param name="addresses">The innermost first.</param>
    /// <param name="frames">Receives them.</param>
    internal void AddUser(uint tgid, ulong image, ReadOnlySpan<ulong> addresses, List<int> frames)
    {
        if (addresses.IsEmpty)
            return;
        if (!_processes.TryGetValue((tgid, image), out ProcessSymbols? process))
        {
            string folder = Path.Combine(environment.ProcRoot, tgid.ToString(CultureInfo.InvariantCulture));
            _processes[(tgid, image)] = process = new ProcessSymbols(folder, image, environment) { Seen = () => environment.Seen(tgid, image) };
        }
        for (int i = addresses.Length - 1; i >= 0; i--)
            // Where a call returns to may be the next function already.
            frames.Add(process.Frame(i == 0 || addresses[i] == 0 ? addresses[i] : addresses[i] - 1, _round));
    }

    /// <summary>Adds the frames of a kernel stack, the outermost first.</summary>
    internal void AddKernel(ReadOnlySpan<ulong> addresses, List<int> frames)
    {
        for (int i = addresses.Length - 1; i >= 0; i--)
            frames.Add(KernelFrame(i == 0 ? addresses[i] : addresses[i] - 1));
    }

    private int KernelFrame(ulong address)
    {
        if (_kernelFrames.TryGetValue(address, out int known))
        {
            environment.Counts.Named++;
            return known;
        }
        if (_kernelFrames.Count >= FrameTable.Most)
            _kernelFrames.Clear();
        ReadOnlySpan<byte> symbol = default, owner = default;
        if (_table?.TryFind(address, out symbol, out owner, out _) != true)
        {
            kernel.Missed();
            environment.Counts.Kernel++;
            return environment.Frames.Intern(new Frame(Frame.Unknown, KernelModule, FrameKind.Kernel));
        }
        environment.Counts.Named++;
        string module = owner.IsEmpty ? KernelModule : $"[{Encoding.UTF8.GetString(owner)}]";
        return _kernelFrames[address] = environment.Frames.Intern(new Frame(Encoding.UTF8.GetString(symbol), module, FrameKind.Kernel));
    }
}
