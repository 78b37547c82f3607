namespace Huatuo.Http.Tests.Exposition;

/// <summary>The buckets of a native histogram as a reader of the format counts them.</summary>
internal static class NativeBuckets
{
    /// <summary>The buckets of the only histogram of the only family of a page, by index.</summary>
    public static IReadOnlyList<(int Index, ulong Count)> Of(ReadOnlySpan<byte> page)
    {
        ProtoText.Varint(ref page);
        ReadOnlySpan<byte> histogram = Field(Field(page, 4), 7);
        List<int> indexes = [];
        List<long> deltas = [];
        int next = 0;
        while (!histogram.IsEmpty)
        {
            ulong tag = ProtoText.Varint(ref histogram);
            switch (tag & 7)
            {
                case 0:
                    ulong number = ProtoText.Varint(ref histogram);
                    if (tag >> 3 == 13)
                        deltas.Add(Signed(number));
                    break;
                case 1:
                    histogram = histogram[sizeof(double)..];
                    break;
                default:
                    int length = (int)ProtoText.Varint(ref histogram);
                    ReadOnlySpan<byte> message = histogram[..length];
                    histogram = histogram[length..];
                    if (tag >> 3 != 12)
                        break;
                    ProtoText.Varint(ref message);
                    next += (int)Signed(ProtoText.Varint(ref message));
                    ProtoText.Varint(ref message);
                    for (ulong count = ProtoText.Varint(ref message); count > 0; count--)
                        indexes.Add(next++);
                    break;
            }
        }

        long running = 0;
        return [.. indexes.Zip(deltas, (index, delta) => (index, (ulong)(running += delta)))];
    }

    private static long Signed(ulong zigZag) => (long)(zigZag >> 1) ^ -(long)(zigZag & 1);

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, ulong field)
    {
        while (true)
        {
            ulong tag = ProtoText.Varint(ref message);
            if ((tag & 7) == 0)
            {
                ProtoText.Varint(ref message);
                continue;
            }
            int length = (int)ProtoText.Varint(ref message);
            if (tag >> 3 == field)
                return message[..length];
            message = message[length..];
        }
    }
}
