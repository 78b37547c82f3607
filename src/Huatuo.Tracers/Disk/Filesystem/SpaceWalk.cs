using Huatuo.Linux;

namespace Huatuo.Tracers.Disk.Filesystem;

/// <summary>Asks one file system after the other on a thread of its own, which can be left behind when one does not answer.</summary>
/// <param name="points">The mount points.</param>
/// <param name="ask">Asks one; may take for ever.</param>
internal sealed class SpaceWalk(IReadOnlyList<string> points, Func<string, FileSystemSpace?> ask)
{
    // Waited on, which a Lock cannot be.
    private readonly object _gate = new();
    private readonly FileSystemSpace?[] _answers = new FileSystemSpace?[points.Count];
    private int _next;
    private bool _isLeft;
    private bool _hasEnded;

    /// <summary>The thread has ended.</summary>
    internal bool HasEnded
    {
        get
        {
            lock (_gate)
                return _hasEnded;
        }
    }

    /// <summary>The mount point at which it was left behind.</summary>
    internal string Stuck { get; private set; } = "";

    internal void Start() => new Thread(Run) { IsBackground = true, Name = "huatuo-statvfs" }.Start();

    /// <summary>Waits for the end, or until one takes too long; then the thread is left behind.</summary>
    /// <param name="patience">How long one may take.</param>
    /// <param name="answers">Receives what was answered.</param>
    /// <returns>How many answered; fewer than all when the next one is <see cref="Stuck"/>.</returns>
    internal int Wait(TimeSpan patience, Dictionary<string, FileSystemSpace?> answers)
    {
        lock (_gate)
        {
            for (int seen = _next; !_hasEnded && !_isLeft; seen = _next)
                _isLeft = !Monitor.Wait(_gate, patience) && _next == seen && !_hasEnded;
            if (_isLeft)
                Stuck = points[_next];
            for (int i = 0; i < _next; i++)
                answers[points[i]] = _answers[i];
            return _next;
        }
    }

    private void Run()
    {
        for (int i = 0; i < points.Count && !TakeAnswer(i, ask(points[i])); i++)
        {
        }
        lock (_gate)
        {
            _hasEnded = true;
            Monitor.Pulse(_gate);
        }
    }

    private bool TakeAnswer(int index, FileSystemSpace? answer)
    {
        lock (_gate)
        {
            if (_isLeft)
                return true;
            _answers[index] = answer;
            _next = index + 1;
            Monitor.Pulse(_gate);
            return false;
        }
    }
}
