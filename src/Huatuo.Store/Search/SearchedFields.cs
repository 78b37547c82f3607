namespace Huatuo.Store.Search;

/// <summary>
/// Which fields a search for words looks into: all but the identifiers and times, which differ in every document, and what the
/// samples of profiles count.
/// </summary>
internal static class SearchedFields
{
    /// <summary>Whether words of a field's value are found.</summary>
    /// <param name="name">The field's own name.</param>
    public static bool Has(ReadOnlySpan<byte> name) => !(name.SequenceEqual("observed_timestamp"u8)
        || name.SequenceEqual("hits"u8) || name.SequenceEqual("ns"u8)
        || name.SequenceEqual("id"u8) || name.SequenceEqual("tracer_id"u8)
        || name.SequenceEqual("time"u8) || name.SequenceEqual("uploaded_time"u8) || name.SequenceEqual("tracer_time"u8));
}
