using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;

namespace Huatuo.Tracers.Collecting;

/// <summary>The lines of a file with a name and a number in each, such as <c>cpu.stat</c>.</summary>
/// <param name="content">The file.</param>
/// <param name="skipped">Counts lines that are none.</param>
internal ref struct KeyedNumbers(ReadOnlySpan<byte> content, SkippedLines skipped)
{
    private LineReader _lines = new(content);

    /// <summary>Takes the next one.</summary>
    internal bool TryNext(out ReadOnlySpan<byte> key, out ulong value)
    {
        while (_lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            if (fields.TryNext(out key) && fields.TryNumber(out value) && fields.Rest.IsEmpty)
                return true;
            skipped.Add();
        }
        key = default;
        value = 0;
        return false;
    }
}
