namespace Huatuo.Http.Api;

/// <summary>Why options of tracers were not changed.</summary>
/// <param name="Message">A sentence for people.</param>
/// <param name="IsConflict">Whether the change is right, and cannot be done in the state that things are in.</param>
/// <param name="Hint">What to do about it; empty where nothing helps.</param>
public sealed record OptionRefusal(string Message, bool IsConflict = false, string Hint = "");
