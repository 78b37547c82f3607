namespace Huatuo.Profiling.Symbols;

/// <summary>How much of maps of compilers is read, and kept, of all processes together: what is beyond it stays without names.</summary>
/// <param name="mostBytes">How much they may take in memory.</param>
/// <param name="mostRead">How much is read in a round.</param>
internal sealed class PerfMapRoom(long mostBytes = 64 << 20, long mostRead = 64 << 20)
{
    private long _kept, _read;

    /// <summary>A new round begins.</summary>
    /// <param name="kept">What is kept of all maps.</param>
    internal void Begin(long kept) => (_kept, _read) = (kept, 0);

    /// <summary>Takes room for a part of a file.</summary>
    /// <returns>False when there is none, for now or at all.</returns>
    internal bool TryRead(int bytes)
    {
        if (_kept >= mostBytes || _read >= mostRead)
            return false;
        _read += bytes;
        return true;
    }

    /// <summary>Takes room for what was found in it.</summary>
    internal void Take(long bytes) => _kept += bytes;
}
