namespace Huatuo.Profiling;

/// <summary>Each frame once, by number.</summary>
internal sealed class FrameTable
{
    /// <summary>How many there are at most; the rest is unknown.</summary>
    internal const int Most = 1 << 18;

    private readonly Dictionary<Frame, int> _numbers = [];
    private readonly List<Frame> _frames = [];

    internal FrameTable() => Intern(new Frame(Frame.Unknown, "", FrameKind.User));

    internal Frame this[int number] => _frames[number];

    internal int Count => _frames.Count;

    /// <summary>The number of a frame.</summary>
    internal int Intern(in Frame frame)
    {
        if (_numbers.TryGetValue(frame, out int number))
            return number;
        if (_frames.Count >= Most)
            return 0;
        _frames.Add(frame);
        return _numbers[frame] = _frames.Count - 1;
    }
}
