using System.Runtime.InteropServices;
using Huatuo.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Linux.Proc;

/// <summary>
/// Opens and reads a file of the kernel with nothing but <c>open</c> and <c>read</c>: no look at what kind of file it is, no lock, and no
/// exception where there is none.
/// </summary>
internal static unsafe class PlainFile
{
    internal const int Missing = 2;
    private const int Interrupted = 4;

    /// <summary>Opens it for reading.</summary>
    /// <param name="path">The file.</param>
    /// <param name="error">The errno; 0 when it is open.</param>
    /// <returns>It, to be disposed of; invalid where it cannot be opened.</returns>
    internal static SafeFileHandle Open(string path, out int error)
    {
        SafeFileHandle file = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC);
        error = file.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        return file;
    }

    /// <summary>Reads what comes next.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="buffer">Room that is not empty.</param>
    /// <param name="error">The errno; 0 when it could be read.</param>
    /// <returns>Bytes read; 0 at the end, and where it cannot be read.</returns>
    internal static int Read(SafeFileHandle file, Span<byte> buffer, out int error)
    {
        fixed (byte* room = buffer)
        {
            do
            {
                nint read = Libc.read(file, room, (nuint)buffer.Length);
                error = read < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (read >= 0)
                    return (int)read;
            }
            while (error == Interrupted);
        }
        return 0;
    }

    /// <summary>What is thrown where a file must be there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="error">The errno.</param>
    internal static IOException Failure(string path, int error)
    {
        string text = $"cannot read {path}: {Marshal.GetPInvokeErrorMessage(error)}";
        return error == Missing ? new FileNotFoundException(text, path) : new IOException(text);
    }
}
