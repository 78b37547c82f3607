using System.Runtime.InteropServices;

namespace Huatuo.Profiling.Symbols;

/// <summary>Unpacks .xz by the system's liblzma 5, which is loaded when it is needed.</summary>
internal static unsafe class XzDecoder
{
    internal const string Library = "liblzma.so.5";

    // enum lzma_ret of lzma/base.h.
    private const int Ok = 0, NoRoom = 10;
    private const int FirstBytes = 1 << 20;
    // What the decoder itself may take: the dictionary of xz -6 is 8 MiB, that of -8 32 MiB.
    private const ulong MostMemory = 36 << 20;

    /// <summary>Whether the library is installed.</summary>
    internal static bool IsInstalled
    {
        get
        {
            bool isThere = NativeLibrary.TryLoad(Library, out nint handle);
            if (isThere)
                NativeLibrary.Free(handle);
            return isThere;
        }
    }

    /// <summary>Unpacks one stream.</summary>
    /// <param name="packed">It, whole.</param>
    /// <param name="most">The most bytes that may come out.</param>
    /// <param name="library">The file name of liblzma.</param>
    /// <returns>Null when the library is missing, the stream is damaged, or it wants more memory or room than it may.</returns>
    internal static byte[]? Decode(ReadOnlySpan<byte> packed, int most, string library = Library)
    {
        if (!NativeLibrary.TryLoad(library, out nint handle))
            return null;
        try
        {
            return NativeLibrary.TryGetExport(handle, "lzma_stream_buffer_decode", out nint decode) ? Decode(decode, packed, most) : null;
        }
        finally
        {
            NativeLibrary.Free(handle);
        }
    }

    // How much comes out is not told beforehand: again with twice the room.
    private static byte[]? Decode(nint function, ReadOnlySpan<byte> packed, int most)
    {
        var decode = (delegate* unmanaged<ulong*, uint, void*, byte*, nuint*, nuint, byte*, nuint*, nuint, int>)function;
        for (long room = Math.Min(FirstBytes, most); ; room = Math.Min(2 * room, most))
        {
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)room);
            ulong memory = MostMemory;
            nuint read = 0, written = 0;
            int result;
            fixed (byte* from = packed, to = bytes)
                result = decode(&memory, 0, null, from, &read, (nuint)packed.Length, to, &written, (nuint)room);
            if (result == Ok)
                return bytes[..(int)written];
            if (result != NoRoom || room >= most)
                return null;
        }
    }
}
