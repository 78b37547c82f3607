using System.Buffers;

namespace Huatuo.Store.Search;

/// <summary>Found documents on their way to whoever asked, so that nobody waits for him while the database is held.</summary>
/// <param name="size">When it is full.</param>
internal sealed class DocumentBuffer(int size = 1 << 20)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(64 << 10);
    private readonly List<int> _ends = [];

    /// <summary>Whether it is time to give what is in it.</summary>
    public bool IsFull => _bytes.WrittenCount >= size;

    /// <summary>Takes a copy.</summary>
    public void Add(ReadOnlySpan<byte> document)
    {
        _bytes.Write(document);
        _ends.Add(_bytes.WrittenCount);
    }

    /// <summary>Gives all in order, and is empty again.</summary>
    public void Give(DocumentReceiver receive)
    {
        int start = 0;
        foreach (int end in _ends)
        {
            receive(_bytes.WrittenSpan[start..end]);
            start = end;
        }
        _ends.Clear();
        _bytes.ResetWrittenCount();
    }
}
