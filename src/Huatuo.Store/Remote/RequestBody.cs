using System.IO.Compression;

namespace Huatuo.Store.Remote;

/// <summary>The content of one request after another, in the same memory.</summary>
/// <param name="contentType">What it is.</param>
/// <param name="compress">Whether it is compressed (gzip).</param>
internal sealed class RequestBody(string contentType, bool compress) : IDisposable
{
    private const int KeptBytes = 4 << 20;

    private MemoryStream _bytes = new();
    private GZipStream? _gzip;

    /// <summary>What it is.</summary>
    public string ContentType => contentType;

    /// <summary>Whether it is compressed.</summary>
    public bool IsCompressed => compress;

    /// <summary>The content after <see cref="End"/>.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);

    /// <summary>Starts anew.</summary>
    public void Begin()
    {
        _gzip?.Dispose();
        if (_bytes.Capacity > KeptBytes)
            _bytes = new MemoryStream();
        _bytes.SetLength(0);
        _gzip = compress ? new GZipStream(_bytes, CompressionLevel.Fastest, leaveOpen: true) : null;
    }

    /// <summary>Adds bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_gzip is not null)
            _gzip.Write(bytes);
        else
            _bytes.Write(bytes);
    }

    /// <summary>Completes it.</summary>
    public void End()
    {
        _gzip?.Dispose();
        _gzip = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gzip?.Dispose();
        _bytes.Dispose();
    }
}
