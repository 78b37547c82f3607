using System.Globalization;
using System.Text;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Enrich;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Sampling;

/// <summary>Makes a profile of the samples in the kernel: takes them, names their stacks while the processes are there, adds them up.</summary>
internal sealed class ProfileRecorder : ISplitRecorder
{
    private const int DeepestHook = 6;
    private readonly KernelSamples _kernel;
    private readonly StackStore _stacks;
    private readonly SymbolSource _kernelSymbols;
    private readonly string _procRoot;
    private Symbolizer _symbols;
    private readonly Func<ProfileKey, IEnumerable<Frame>> _reasons;
    private readonly bool _splitsProcesses;
    private readonly ProfileKind _kind;
    private readonly List<int> _frames = [];
    private readonly HeldStacks? _held;
    private bool _isCarried = true;

    /// <param name="kind">What is sampled.</param>
    /// <param name="loaded">The loaded object.</param>
    /// <param name="periodNanoseconds">Time that a sample stands for; 0 where the kernel measures it.</param>
    /// <param name="splitsProcesses">Whether processes of one name are told apart.</param>
    /// <param name="symbols">The kernel's symbols.</param>
    /// <param name="reasons">The innermost frames of a sample that are no functions.</param>
    /// <param name="procRoot">Where proc is mounted.</param>
    /// <param name="isHeld">Whether samples are taken back.</param>
    internal ProfileRecorder(ProfileKind kind, BpfObject loaded, long periodNanoseconds, bool splitsProcesses, SymbolSource symbols, Func<ProfileKey, IEnumerable<Frame>> reasons, string procRoot = "/proc", bool isHeld = false)
    {
        _kernel = new KernelSamples(loaded);
        _kind = kind;
        _kernelSymbols = symbols;
        _procRoot = procRoot;
        PeriodNanoseconds = periodNanoseconds;
        _stacks = new StackStore();
        var environment = new SymbolEnvironment(new FrameTable(), procRoot) { Seen = Seen };
        _symbols = new Symbolizer(environment, symbols);
        _reasons = reasons;
        _splitsProcesses = splitsProcesses;
        _held = isHeld ? new HeldStacks() : null;
        Profile = new Profile(kind, environment.Frames) { PeriodNanoseconds = periodNanoseconds, Symbols = environment.Counts };
    }

    /// <summary>Gives the kernel side tables for stacks; null when it follows frame pointers alone.</summary>
    internal Unwinder.Served? Unwinding { get; init; }

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
            var environment = new SymbolEnvironment(new FrameTable(), _procRoot) { Counts = counts, Seen = Seen };
            _symbols = new Symbolizer(environment, _kernelSymbols);
            frames = environment.Frames;
        }
        Profile = new Profile(_kind, frames) { PeriodNanoseconds = PeriodNanoseconds, Symbols = counts, Kernel = Profile.Kernel, Unwinding = Profile.Unwinding };
        _isCarried = false;
    }

    /// <summary>Nothing is held any more, as far as is known.</summary>
    internal void ForgetHeld() => _held?.Clear();

    /// <summary>Takes what is there.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal void Take()
    {
        _kernel.Take(_stacks.Add);
        _symbols.Begin();
        Carry();
        ReadOnlySpan<ProfileKey> keys = _kernel.Keys;
        for (int i = 0; i < keys.Length; i++)
            if (keys[i].Generation == _kernel.Taken)
                Add(keys[i], _kernel.Values[i]);
        Profile.Kernel = _kernel.Counters();
        if (Unwinding is null)
            return;
        Unwinding.Follow();
        Profile.Unwinding = Unwinding.Counters();
    }

    /// <inheritdoc cref="IProfiler.Look"/>
    internal TimeSpan Look() => Unwinding?.Follow() ?? Timeout.InfiniteTimeSpan;

    private SeenProgram? Seen(uint tgid, ulong image) => Unwinding?.Seen(tgid, image);

    private void Add(in ProfileKey key, in ProfileValue value)
    {
        long count = (long)value.Count;
        if (_held is not null)
        {
            AddHeld(_held, key, value);
            return;
        }
        Profile? profile = ProfileOf(key.CgroupId);
        long nanoseconds = PeriodNanoseconds > 0 ? count * PeriodNanoseconds : (long)value.Ns;
        if (profile is not null && Place(key, profile.Stacks) is > StackTree.Root and int node)
            profile.Stacks.AddTo(node, count, nanoseconds, (long)value.Amount);
        else
            Profile.Dropped += count;
    }

    // What is let go is taken from the stack that took it, whose process may be gone by then.
    private void AddHeld(HeldStacks held, in ProfileKey key, in ProfileValue value)
    {
        long count = (long)value.Count, bytes = (long)value.Amount;
        // As many taken as let go may be of different sizes.
        if (count == 0 && bytes == 0)
            return;
        Profile? profile = ProfileOf(key.CgroupId);
        (Profile? of, int node) = held.Find(key);
        if (of is null && (count > 0 || bytes > 0) && profile is not null)
            (of, node) = (profile, Place(key, profile.Stacks));
        if (of is null || node == StackTree.Root)
        {
            Profile.Dropped += Math.Max(0, count);
            return;
        }
        held.Add(key, of, node, count, bytes);
        of.Stacks.AddTo(node, count, 0, bytes);
    }

    // What is held when a profile begins is in it from the beginning.
    private void Carry()
    {
        if (_isCarried)
            return;
        _isCarried = true;
        _held?.Move((key, old, node) =>
        {
            Profile? to = ProfileOf(key.CgroupId);
            _frames.Clear();
            foreach (int frame in old.Stacks.Path(node))
                _frames.Add(Profile.Frames.Intern(old.Frames[frame]));
            return (to, to?.Stacks.Place(_frames) ?? StackTree.Root);
        });
    }

    private Profile? ProfileOf(ulong cgroup) => Split is { } split ? split(cgroup) : Profile;

    // The node of its stack, or the root when there is no room for it or its addresses are gone.
    private int Place(in ProfileKey key, StackTree stacks)
    {
        _frames.Clear();
        if (!_stacks.TryGet(key.UserStack, out ReadOnlySpan<ulong> user) || !_stacks.TryGet(key.KernelStack, out ReadOnlySpan<ulong> kernel))
            return StackTree.Root;
        string process = Name(key.Comm);
        if (_splitsProcesses)
            process = string.Create(CultureInfo.InvariantCulture, $"{process} ({key.Tgid})");
        _frames.Add(Profile.Frames.Intern(new Frame(process, "", FrameKind.Process)));
        _symbols.AddUser(key.Tgid, key.Image, user, _frames);
        int outside = _frames.Count;
        _symbols.AddKernel(kernel, _frames);
        LeaveHook(outside);
        foreach (Frame reason in _reasons(key))
            _frames.Add(Profile.Frames.Intern(reason));
        return stacks.Place(_frames);
    }

    // A stack that is taken at a tracepoint ends in what leads from there to the program, which may have no name yet.
    private void LeaveHook(int outside)
    {
        for (int i = Math.Max(outside, _frames.Count - DeepestHook); i < _frames.Count; i++)
            if (IsHook(Profile.Frames[_frames[i]].Name))
                _frames.RemoveRange(i, _frames.Count - i);
    }

    private static bool IsHook(string function) => function.StartsWith("bpf_prog_", StringComparison.Ordinal) || function.StartsWith("bpf_trace_run", StringComparison.Ordinal)
        || function.StartsWith("__bpf_trace_", StringComparison.Ordinal) || function.StartsWith("__traceiter_", StringComparison.Ordinal);

    /// <summary>The name of a task, up to its terminating zero.</summary>
    internal static string Name(ReadOnlySpan<byte> comm)
    {
        int end = comm.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? comm : comm[..end]);
    }
}
