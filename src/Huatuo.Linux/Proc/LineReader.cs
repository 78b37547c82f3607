namespace Huatuo.Linux.Proc;

/// <summary>The lines of a file as bytes.</summary>
/// <param name="content">The file.</param>
public ref struct LineReader(ReadOnlySpan<byte> content)
{
    private ReadOnlySpan<byte> _rest = content;

    /// <summary>Takes the next line that is not empty.</summary>
    /// <param name="line">Without its line break.</param>
    /// <returns>False at the end.</returns>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        while (!_rest.IsEmpty)
        {
            int end = _rest.IndexOf((byte)'\n');
            line = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (!line.IsEmpty)
                return true;
        }
        line = default;
        return false;
    }
}
