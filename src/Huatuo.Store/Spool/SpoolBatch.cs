namespace Huatuo.Store.Spool;

/// <summary>Documents of one segment, in order, that are delivered together.</summary>
internal sealed class SpoolBatch
{
    private readonly List<SpooledDocument> _documents = [];
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Where they come from.</summary>
    public Segment? Segment { get; private set; }

    /// <summary>The documents.</summary>
    public IReadOnlyList<SpooledDocument> Documents => _documents;

    /// <summary>Bytes of all documents.</summary>
    public int Length => _length;

    /// <summary>One document.</summary>
    public ReadOnlySpan<byte> Bytes(SpooledDocument document) => _bytes.AsSpan(document.Offset, document.Length);

    internal void Begin(Segment segment)
    {
        Segment = segment;
        _documents.Clear();
        _length = 0;
    }

    internal void Add(string tracer, ReadOnlySpan<byte> document)
    {
        if (_bytes.Length - _length < document.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + document.Length));
        document.CopyTo(_bytes.AsSpan(_length));
        _documents.Add(new SpooledDocument(tracer, _length, document.Length));
        _length += document.Length;
    }
}

/// <summary>Where a document lies in its batch.</summary>
/// <param name="Tracer">Its tracer's wire name.</param>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">The number of bytes.</param>
internal readonly record struct SpooledDocument(string Tracer, int Offset, int Length);
