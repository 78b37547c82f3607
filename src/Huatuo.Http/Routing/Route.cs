using Huatuo.Http.Security;

namespace Huatuo.Http.Routing;

/// <summary>One thing that can be done under one path.</summary>
/// <param name="Method">The method; what answers GET answers HEAD as well.</param>
/// <param name="Path">The path's template.</param>
/// <param name="Scope">What the caller needs; none for what is open to all.</param>
/// <param name="Summary">What it does, in a sentence.</param>
/// <param name="AnswerAsync">Does it.</param>
internal sealed record Route(string Method, string Path, Scope Scope, string Summary, Func<Request, Task> AnswerAsync)
{
    /// <summary>What may be in the query. A query of an open route is not looked at.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>Headers that it looks at beside those of every request.</summary>
    public IReadOnlyList<Parameter> Headers { get; init; } = [];

    /// <summary>What the names in the path mean.</summary>
    public IReadOnlyDictionary<string, string> PathNames { get; init; } = new Dictionary<string, string>();

    /// <summary>The largest body that is taken; 0 for none.</summary>
    public int LargestBody { get; init; }

    /// <summary>JSON Schema of the body; empty where none is taken.</summary>
    public string Body { get; init; } = "";

    /// <summary>What is answered when all is well.</summary>
    public IReadOnlyList<Outcome> Outcomes { get; init; } = [];

    /// <summary>Statuses of refusals beside those that all routes have, and those of its scope or with a body.</summary>
    public IReadOnlyList<int> Refusals { get; init; } = [];

    /// <summary>Something to read that is open to all.</summary>
    public static Route Open(string path, string summary, Func<Request, Task> answerAsync, params IReadOnlyList<Outcome> outcomes) =>
        new("GET", path, Scope.None, summary, answerAsync) { Outcomes = outcomes };
}
