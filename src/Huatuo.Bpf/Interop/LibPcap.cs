using System.Runtime.InteropServices;
using Huatuo.Bpf.Filters;

namespace Huatuo.Bpf.Interop;

/// <summary>The compiler of libpcap 1.5 and newer, loaded only while a filter is compiled.</summary>
internal sealed unsafe class LibPcap : IDisposable
{
    private const int LongestPacket = 262144;
    private const uint UnknownNetmask = uint.MaxValue;
    private readonly nint _library;
    private readonly delegate* unmanaged[Cdecl]<int, int, nint> _openDead;
    private readonly delegate* unmanaged[Cdecl]<nint, Program*, byte*, int, uint, int> _compile;
    private readonly delegate* unmanaged[Cdecl]<Program*, void> _freeCode;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*> _getError;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _close;

    private LibPcap(nint library)
    {
        _library = library;
        _openDead = (delegate* unmanaged[Cdecl]<int, int, nint>)NativeLibrary.GetExport(library, "pcap_open_dead");
        _compile = (delegate* unmanaged[Cdecl]<nint, Program*, byte*, int, uint, int>)NativeLibrary.GetExport(library, "pcap_compile");
        _freeCode = (delegate* unmanaged[Cdecl]<Program*, void>)NativeLibrary.GetExport(library, "pcap_freecode");
        _getError = (delegate* unmanaged[Cdecl]<nint, byte*>)NativeLibrary.GetExport(library, "pcap_geterr");
        _close = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(library, "pcap_close");
    }

    /// <summary>Loads the library.</summary>
    /// <param name="names">What it may be called, the first that is found.</param>
    /// <returns>Null when it is not installed.</returns>
    internal static LibPcap? TryOpen(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (NativeLibrary.TryLoad(name, out nint library))
                return new LibPcap(library);
        return null;
    }

    /// <summary>Compiles an expression.</summary>
    /// <param name="link">What the packets begin with: a DLT number.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="error">What libpcap says against it.</param>
    /// <returns>Null when it is refused.</returns>
    internal ClassicInstruction[]? Compile(int link, string expression, out string error)
    {
        nint pcap = _openDead(link, LongestPacket);
        if (pcap == 0)
            throw new InsufficientMemoryException("pcap_open_dead");
        byte* text = (byte*)Marshal.StringToCoTaskMemUTF8(expression);
        try
        {
            Program program;
            if (_compile(pcap, &program, text, 1, UnknownNetmask) != 0)
            {
                error = LibBpf.Text(_getError(pcap));
                return null;
            }
            error = "";
            ClassicInstruction[] instructions = new ReadOnlySpan<ClassicInstruction>(program.Instructions, (int)program.Length).ToArray();
            _freeCode(&program);
            return instructions;
        }
        finally
        {
            Marshal.FreeCoTaskMem((nint)text);
            _close(pcap);
        }
    }

    public void Dispose() => NativeLibrary.Free(_library);

    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public uint Length;
        public ClassicInstruction* Instructions;
    }
}
