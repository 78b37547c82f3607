using System.Diagnostics;
using System.Numerics;
using Huatuo.Store.Files;

namespace Huatuo.Store.Queues;

/// <summary>The bounded memory in which documents wait, in blocks of one size, shared by all tracers.</summary>
/// <remarks>
/// <para>Fairness: every share has one block set aside, so that a rare tracer finds room whatever the others do (as long
/// as there are no more tracers than blocks). The rest goes by a dynamic threshold: a share may hold up to twice as many
/// further blocks as stay free. One flood gets two thirds of the rest, N floods get 2/(2N+1) each, and something is
/// always left for a tracer that starts now.</para>
/// <para>Blocks are reused in the order last in, first out, so that a light load touches few of them, and
/// <see cref="Trim"/> knows from the lowest fill of the free stack which ones nobody needed.</para>
/// </remarks>
internal sealed unsafe class BlockPool : IDisposable
{
    private const int Threshold = 2;

    private readonly Lock _gate = new();
    private readonly MappedMemory _memory;
    private readonly int[] _free;
    private readonly bool[] _touched;
    private int _freeCount;
    private int _freeLow;
    private int _unusedReserve;
    private int _touchedCount;

    /// <param name="bytes">The bound; rounded down to whole blocks.</param>
    public BlockPool(long bytes)
    {
        BlockShift = Math.Clamp(BitOperations.Log2((ulong)bytes / 128), 12, 16);
        BlockCount = (int)(bytes / BlockBytes);
        _memory = new MappedMemory((long)BlockCount * BlockBytes);
        _free = new int[BlockCount];
        _touched = new bool[BlockCount];
        for (int i = 0; i < BlockCount; i++)
            _free[i] = BlockCount - 1 - i;
        _freeCount = _freeLow = BlockCount;
    }

    /// <summary>Size of one block, 4 to 64 KiB.</summary>
    public int BlockBytes => 1 << BlockShift;

    /// <summary>The power of two that is the size of one block.</summary>
    public int BlockShift { get; }

    /// <summary>Number of blocks.</summary>
    public int BlockCount { get; }

    /// <summary>The first byte of the first block.</summary>
    public nint Address => _memory.Address;

    /// <summary>Bytes that may be resident: blocks that were used and not given back.</summary>
    public long TouchedBytes => (long)Volatile.Read(ref _touchedCount) * BlockBytes;

    /// <summary>Adds a tracer.</summary>
    public BlockShare Join()
    {
        lock (_gate)
            _unusedReserve++;
        return new BlockShare();
    }

    /// <summary>Takes as many blocks as <paramref name="blocks"/> has places, or none.</summary>
    public bool TryTake(BlockShare share, Span<int> blocks)
    {
        lock (_gate)
        {
            int fromReserve = share.Held == 0 ? 1 : 0;
            int further = blocks.Length - fromReserve;
            int left = _freeCount - _unusedReserve - further;
            int heldFurther = Math.Max(share.Held - 1, 0) + further;
            if (_freeCount < blocks.Length || (further > 0 && heldFurther > Threshold * left))
                return false;

            foreach (ref int block in blocks)
            {
                block = _free[--_freeCount];
                if (!_touched[block])
                {
                    _touched[block] = true;
                    _touchedCount++;
                }
            }
            _freeLow = Math.Min(_freeLow, _freeCount);
            _unusedReserve -= fromReserve;
            share.Held += blocks.Length;
            return true;
        }
    }

    /// <summary>Takes blocks back.</summary>
    public void Return(BlockShare share, ReadOnlySpan<int> blocks)
    {
        if (blocks.IsEmpty)
            return;
        lock (_gate)
        {
            foreach (int block in blocks)
                _free[_freeCount++] = block;
            share.Held -= blocks.Length;
            Debug.Assert(share.Held >= 0, "a share gave back more than it held");
            if (share.Held == 0)
                _unusedReserve++;
        }
    }

    /// <summary>Gives back to the system the blocks that nobody used since the last call.</summary>
    public void Trim()
    {
        int unused;
        lock (_gate)
            unused = _freeLow;
        for (int i = 0; i < unused; i++)
        {
            // One block at a time: whoever takes a block waits for one madvise at most.
            lock (_gate)
            {
                if (i >= _freeLow)
                    break;
                int block = _free[i];
                if (!_touched[block])
                    continue;
                _memory.Release((long)block * BlockBytes, BlockBytes);
                _touched[block] = false;
                _touchedCount--;
            }
        }
        lock (_gate)
            _freeLow = _freeCount;
    }

    /// <summary>The bytes of one block.</summary>
    public Span<byte> Block(int block) => new(Start(block), BlockBytes);

    /// <summary>The first byte of one block.</summary>
    public byte* Start(int block) => (byte*)_memory.Address + (long)block * BlockBytes;

    public void Dispose() => _memory.Dispose();
}
