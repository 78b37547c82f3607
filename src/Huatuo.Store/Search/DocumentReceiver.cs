namespace Huatuo.Store.Search;

/// <summary>Takes one document that was found.</summary>
/// <param name="document">JSON in UTF-8 without a line break, valid during the call.</param>
public delegate void DocumentReceiver(ReadOnlySpan<byte> document);
