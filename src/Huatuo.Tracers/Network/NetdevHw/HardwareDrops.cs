using System.Text;

namespace Huatuo.Tracers.Network.NetdevHw;

/// <summary>One device over the scrapes.</summary>
/// <param name="name">Its name.</param>
/// <param name="driver">Its driver.</param>
internal sealed class HardwareDrops(string name, string driver)
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(name);
    private ulong _total;
    private ulong _told;

    internal string Name { get; } = name;

    internal string Driver { get; } = driver;

    /// <summary>The number of the scrape that saw it last.</summary>
    internal long Reading { get; private set; }

    /// <summary>Packets that it had no room for.</summary>
    internal ulong Missed { get; private set; }

    internal bool IsNamed(ReadOnlySpan<byte> utf8) => utf8.SequenceEqual(_utf8);

    /// <summary>Takes what the device counts.</summary>
    internal void See(long reading, ulong dropped, ulong missed)
    {
        // The driver has begun anew.
        if (dropped < _total)
            _told = 0;
        (Reading, _total, Missed) = (reading, dropped, missed);
    }

    /// <summary>What is left without what the stack dropped. That is read later and may be ahead: a counter does not go back
    /// for it.</summary>
    internal ulong Without(ulong stack) => _told = Math.Max(_told, _total > stack ? _total - stack : 0);
}
