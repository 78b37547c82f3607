namespace Huatuo.Http.Routing;

/// <summary>Why a request is not answered as it wants; sent as <c>{"error":{"code":…,"message":…,"hint":…}}</c>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A word for programs, in snake case; it never changes its meaning.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Hint">What to do about it; empty where nothing helps.</param>
internal sealed record Refusal(int Status, string Code, string Message, string Hint = "")
{
    /// <summary>A parameter or a body that is not right.</summary>
    public static Refusal BadRequest(string message, string hint = "") => new(400, "bad_request", message, hint);

    /// <summary>The path is right, but what it names is not there.</summary>
    public static Refusal NoSuch(string message, string hint = "") => new(404, "not_found", message, hint);

    /// <summary>It cannot be done in the state that things are in.</summary>
    public static Refusal Conflict(string message, string hint = "") => new(409, "conflict", message, hint);

    /// <summary>It could be done at another time.</summary>
    public static Refusal Unavailable(string message, string hint = "") => new(503, "unavailable", message, hint);
}
