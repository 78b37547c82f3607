namespace Huatuo.Http.Api;

/// <summary>Why the configuration was not changed.</summary>
/// <param name="Message">A sentence for people.</param>
/// <param name="Hint">What to do about it; empty where nothing helps.</param>
/// <param name="Kind">What it is the fault of.</param>
public sealed record OptionRefusal(string Message, string Hint = "", OptionRefusalKind Kind = OptionRefusalKind.Wrong);
