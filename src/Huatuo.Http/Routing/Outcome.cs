namespace Huatuo.Http.Routing;

/// <summary>What a route answers when all is well.</summary>
/// <param name="Status">The status.</param>
/// <param name="Summary">What it means.</param>
/// <param name="ContentType">The type of the body; empty for none.</param>
/// <param name="Schema">JSON Schema of the body; empty for none.</param>
internal sealed record Outcome(int Status, string Summary, string ContentType = "", string Schema = "");
