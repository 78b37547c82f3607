using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf;

/// <summary>Takes what an iterator wrote, a part at a time; the memory is the reader's.</summary>
/// <typeparam name="TRecord">What the program writes.</typeparam>
public delegate void IteratorRecords<TRecord>(ReadOnlySpan<TRecord> records)
    where TRecord : unmanaged;

/// <summary>A program that the kernel runs for each of its objects, such as its tasks, while somebody reads
/// (kernel/bpf/bpf_iter.c, 5.8). Used by one thread at a time.</summary>
/// <typeparam name="TRecord">What the program writes with <c>bpf_seq_write</c>, and nothing else.</typeparam>
public sealed unsafe class BpfIterator<TRecord> : IDisposable
    where TRecord : unmanaged
{
    private const int Interrupted = 4; // EINTR
    private const int Again = 11;      // EAGAIN: a million objects were passed over
    private readonly string _name;
    private readonly BpfLink _link;
    private readonly TRecord[] _records = new TRecord[256];

    /// <param name="bpfObject">A loaded object.</param>
    /// <param name="program">One of its functions, in a section <c>iter/…</c>.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public BpfIterator(BpfObject bpfObject, string program)
    {
        ArgumentNullException.ThrowIfNull(bpfObject);
        _name = $"{bpfObject.Name}.{program}";
        _link = bpfObject.Attach(program);
    }

    /// <summary>Runs the program for all objects there are.</summary>
    /// <param name="take">Is handed the records in the order in which they were written.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public void Read(IteratorRecords<TRecord> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        int fd = LibBpf.bpf_iter_create(_link.Fd);
        if (fd < 0)
            throw new BpfException("iterate", _name, -fd);
        using var file = new FileHandle(fd);
        fixed (TRecord* records = _records)
        {
            // The kernel's buffer and this one hold whole records, so that each read does.
            while (Libc.read(file.Fd, records, (nuint)(_records.Length * sizeof(TRecord))) is not 0 and nint bytes)
                if (bytes > 0)
                    take(_records.AsSpan(0, (int)bytes / sizeof(TRecord)));
                else if (Marshal.GetLastPInvokeError() is not (Interrupted or Again) and int errno)
                    throw new BpfException("read", _name, errno);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _link.Dispose();
}
