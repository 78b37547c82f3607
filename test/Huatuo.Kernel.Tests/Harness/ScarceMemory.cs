using System.Globalization;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A machine with little memory for a while: the rest is in huge pages that nobody uses. An emulated CPU would take minutes to fill it.</summary>
internal sealed class ScarceMemory : IDisposable
{
    private const long Left = 192 << 20;
    private readonly KernelSetting _pages;

    internal ScarceMemory()
    {
        long taken = Math.Max(0, Bytes("MemAvailable") - Left);
        _pages = new KernelSetting("vm/nr_hugepages", (taken / Bytes("Hugepagesize")).ToString(CultureInfo.InvariantCulture));
    }

    public void Dispose() => _pages.Dispose();

    private static long Bytes(string field)
    {
        string[] words = File.ReadLines("/proc/meminfo").First(line => line.StartsWith(field + ":", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[1], CultureInfo.InvariantCulture) << 10;
    }
}
