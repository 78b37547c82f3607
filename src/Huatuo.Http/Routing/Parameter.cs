namespace Huatuo.Http.Routing;

/// <summary>A parameter in the query of a request, or in a header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>string</c>, <c>integer</c> or <c>boolean</c>, as JSON Schema calls it.</param>
/// <param name="Summary">What it means.</param>
/// <param name="IsRepeatable">Whether it can be there more than once.</param>
internal sealed record Parameter(string Name, string Type, string Summary, bool IsRepeatable = false);
