namespace Huatuo.Flow.Filter;

/// <summary>A function condition made ready to be asked.</summary>
internal sealed class FunctionTest(FunctionCondition condition)
{
    private readonly byte[][] _names = [.. condition.Names.Select(SymbolName.Source)];

    public bool Holds(in StackFrames frames)
    {
        if (condition.At is { } at)
        {
            int frame = frames.DropLocation + at;
            return frames.DropLocation >= 0 && frame < frames.Functions.Length && IsNamed(frames.Functions[frame].Span);
        }

        foreach (ReadOnlyMemory<byte> function in frames.Functions)
        {
            if (IsNamed(function.Span))
                return true;
        }

        return false;
    }

    private bool IsNamed(ReadOnlySpan<byte> symbol)
    {
        ReadOnlySpan<byte> source = SymbolName.Source(symbol);
        foreach (byte[] name in _names)
        {
            if (source.SequenceEqual(name))
                return true;
        }

        return false;
    }
}
