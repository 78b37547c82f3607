using System.Globalization;
using System.Text;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Linux.Kallsyms;
using Huatuo.Profiling.Symbols;

namespace Huatuo.Profiling.Sampling;

/// <summary>Makes a profile of the samples in the kernel: takes them, names their stacks while the processes are there, adds them up.</summary>
internal sealed class ProfileRecorder : ISplitRecorder
{
    private readonly KernelSamples _kernel;
    private readonly StackStore _stacks;
    private readonly KernelSymbols _kernelSymbols;
    private readonly string _procRoot;
    private Symbolizer _symbols;
    private readonly Func<ProfileKey, IEnumerable<Frame>> _reasons;
    private readonly bool _splitsProcesses;
    private readonly ProfileKind _kind;
    private readonly List<int> _frames = [];

    /// <param name="kind">What is sampled.</param>
    /// <param name="loaded">The loaded object.</param>
    /// <param name="periodNanoseconds">Time that a sample stands for; 0 where the kernel measures it.</param>
    /// <param name="splitsProcesses">Whether processes of one name are told apart.</param>
    /// <param name="symbols">The kernel's symbols.</param>
    /// <param name="reasons">The innermost frames of a sample that are no functions.</param>
    /// <param name="procRoot">Where proc is mounted.</param>
    internal ProfileRecorder(ProfileKind kind, BpfObject loaded, long periodNanoseconds, bool splitsProcesses, KernelSymbols symbols, Func<ProfileKey, IEnumerable<Frame>> reasons, string procRoot = "/proc")
    {
        _kernel = new KernelSamples(loaded);
        _kind = kind;
        _kernelSymbols = symbols;
        _procRoot = procRoot;
        PeriodNanoseconds = periodNanoseconds;
        _stacks = new StackStore();
        var environment = new SymbolEnvironment(new FrameTable(), procRoot);
        _symbols = new Symbolizer(environment, symbols);
        _reasons = reasons;
        _splitsProcesses = splitsProcesses;
        Profile = new Profile(kind, environment.Frames) { PeriodNanoseconds = periodNanoseconds, Symbols = environment.Counts };
    }

    /// <summary>What was taken so far.</summary>
    public Profile Profile { get; private set; }

    /// <summary>Time that a sample stands for from the next <see cref="Take"/> on; 0 where the kernel measures it.</summary>
    public long PeriodNanoseconds { get; set; }

    /// <inheritdoc/>
    public Func<ulong, Profile?>? Split { get; set; }

    /// <inheritdoc/>
    public void Renew(int mostFrames)
    {
        SymbolCounts counts = Profile.Symbols;
        FrameTable frames = Profile.Frames;
        if (frames.Count > mostFrames)
        {
            var environment = new SymbolEnvironment(new FrameTable(), _procRoot) { Counts = counts };
            _symbols = new Symbolizer(environment, _kernelSymbols);
            frames = environment.Frames;
        }
        Profile = new Profile(_kind, frames) { PeriodNanoseconds = PeriodNanoseconds, Symbols = counts, Kernel = Profile.Kernel };
    }

    /// <summary>Takes what is there.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal void Take()
    {
        _kernel.Take(_stacks.Add);
        _symbols.Begin();
        ReadOnlySpan<ProfileKey> keys = _kernel.Keys;
        for (int i = 0; i < keys.Length; i++)
            if (keys[i].Generation == _kernel.Taken)
                Add(keys[i], _kernel.Values[i]);
        Profile.Kernel = _kernel.Counters();
    }

    private void Add(in ProfileKey key, in ProfileValue value)
    {
        _frames.Clear();
        Profile? profile = Split is { } split ? split(key.CgroupId) : Profile;
        if (profile is null || !_stacks.TryGet(key.UserStack, out ReadOnlySpan<ulong> user) || !_stacks.TryGet(key.KernelStack, out ReadOnlySpan<ulong> kernel))
        {
            Profile.Dropped += (long)value.Count;
            return;
        }
        string process = Name(key.Comm);
        if (_splitsProcesses)
            process = string.Create(CultureInfo.InvariantCulture, $"{process} ({key.Tgid})");
        _frames.Add(Profile.Frames.Intern(new Frame(process, "", FrameKind.Process)));
        _symbols.AddUser(key.Tgid, key.Image, user, _frames);
        _symbols.AddKernel(kernel, _frames);
        foreach (Frame reason in _reasons(key))
            _frames.Add(Profile.Frames.Intern(reason));
        long nanoseconds = PeriodNanoseconds > 0 ? (long)value.Count * PeriodNanoseconds : (long)value.Ns;
        if (!profile.Stacks.Add(_frames, (long)value.Count, nanoseconds))
            Profile.Dropped += (long)value.Count;
    }

    /// <summary>The name of a task, up to its terminating zero.</summary>
    internal static string Name(ReadOnlySpan<byte> comm)
    {
        int end = comm.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? comm : comm[..end]);
    }
}
