using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Http;

/// <summary>Says whether the agent does what it is meant to do.</summary>
public interface IReadiness
{
    /// <summary>Whether every enabled tracer is attached or settled (unsupported, failed for good). Any thread asks.</summary>
    /// <param name="reason">What is awaited, in one sentence for the operator.</param>
    bool IsReady([NotNullWhen(false)] out string? reason);
}
