using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Huatuo.Bpf.Interop;

/// <summary>What libbpf said last on this thread, for the error that follows. libbpf offers only a process-wide callback.</summary>
internal static unsafe partial class LibBpfLog
{
    private const int Kept = 6;
    private const int Warn = 0;

    [ThreadStatic]
    private static Queue<string>? _lines;

    /// <summary>Forgets what earlier calls said.</summary>
    internal static void Clear() => _lines?.Clear();

    /// <summary>The last warnings, oldest first, without the verifier's log.</summary>
    internal static string Last => _lines is { Count: > 0 } lines ? string.Join("; ", lines) : "";

    // libbpf_print_fn_t's va_list is passed as a pointer on x86-64 and arm64.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static int OnMessage(int level, byte* format, nint arguments)
    {
        if (level != Warn)
            return 0;
        const int size = 1024;
        byte* buffer = stackalloc byte[size];
        int length = vsnprintf(buffer, size, format, arguments);
        if (length <= 0)
            return length;
        string text = Encoding.UTF8.GetString(buffer, Math.Min(length, size - 1)).Trim();
        if (text.Contains("-- BEGIN PROG LOAD LOG --", StringComparison.Ordinal))
            return length;
        _lines ??= new Queue<string>();
        if (_lines.Count == Kept)
            _lines.Dequeue();
        _lines.Enqueue(text.StartsWith("libbpf: ", StringComparison.Ordinal) ? text[8..] : text);
        return length;
    }

    [LibraryImport("libc")]
    private static partial int vsnprintf(byte* buffer, nuint size, byte* format, nint arguments);
}
