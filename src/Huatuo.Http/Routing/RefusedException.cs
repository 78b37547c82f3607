namespace Huatuo.Http.Routing;

/// <summary>Ends a request with a refusal.</summary>
/// <param name="refusal">What is answered.</param>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    /// <summary>What is answered.</summary>
    public Refusal Refusal { get; } = refusal;
}
