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
    private const int TailBytes = 16 << 10;

    // Kernel 7.3 explains the error after it, in many lines that start with this one (kernel/bpf/verifier.c).
    private const string Explanation = "Verification failed: ";
    private readonly MappedMemory _memory = MappedMemory.Anonymous(Bytes, "verifier's log");

    internal byte* Pointer => _memory.Pointer;

    /// <summary>The lines that end with the error, empty when nothing was refused.</summary>
    internal string Tail()
    {
        int length = new ReadOnlySpan<byte>(Pointer, Bytes).IndexOf((byte)0);
        if (length < 0)
            length = Bytes;
        int from = Math.Max(0, length - TailBytes);
        string text = Encoding.UTF8.GetString(Pointer + from, length - from);
        List<string> lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        int explained = lines.FindLastIndex(line => line.StartsWith(Explanation, StringComparison.Ordinal));
        if (explained >= 0)
            lines.RemoveRange(explained + 1, lines.Count - explained - 1);
        return string.Join(" | ", lines.Where(line => !line.StartsWith("processed ", StringComparison.Ordinal)).TakeLast(TailLines));
    }

    public void Dispose() => _memory.Dispose();
}
