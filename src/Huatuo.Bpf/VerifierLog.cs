using System.Text;

namespace Huatuo.Bpf;

/// <summary>
/// Room for what the verifier says of a program that it refuses. Before 6.4 the kernel keeps the beginning of what does not fit,
/// and gives ENOSPC as the reason; so the room is large, and costs memory only where it is written to.
/// </summary>
internal sealed unsafe class VerifierLog : IDisposable
{
    /// <summary>The most that every kernel takes: until 5.1 it was this, then 1 GiB.</summary>
    internal const int Bytes = (16 << 20) - 1;

    private const int TailLines = 4;
    private const int TailBytes = 4096;
    private readonly MappedMemory _memory = MappedMemory.Anonymous(Bytes, "verifier's log");

    internal byte* Pointer => _memory.Pointer;

    /// <summary>Its last lines without the statistics, empty when nothing was refused.</summary>
    internal string Tail()
    {
        int length = new ReadOnlySpan<byte>(Pointer, Bytes).IndexOf((byte)0);
        if (length < 0)
            length = Bytes;
        int from = Math.Max(0, length - TailBytes);
        string text = Encoding.UTF8.GetString(Pointer + from, length - from);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join(" | ", lines.Where(line => !line.StartsWith("processed ", StringComparison.Ordinal)).TakeLast(TailLines));
    }

    public void Dispose() => _memory.Dispose();
}
