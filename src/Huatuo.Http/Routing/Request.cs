using System.Globalization;
using Huatuo.Http.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Huatuo.Http.Routing;

/// <summary>A request that has found its route and may pass.</summary>
/// <param name="context">What the server knows of it.</param>
/// <param name="route">The route.</param>
/// <param name="values">What stands in the path in place of the template's names, in their order.</param>
/// <param name="caller">Who it is.</param>
internal sealed class Request(HttpContext context, Route route, IReadOnlyList<string> values, Caller caller)
{
    /// <summary>What the server knows of it.</summary>
    public HttpContext Context => context;

    /// <summary>Who it is.</summary>
    public Caller Caller => caller;

    /// <summary>The first name in the path.</summary>
    public string Name => values[0];

    /// <summary>Refuses a query with something in it that the route does not know.</summary>
    /// <exception cref="RefusedException">There is such a thing.</exception>
    public void CheckQuery()
    {
        foreach ((string name, StringValues given) in context.Request.Query)
        {
            if (route.Parameters.FirstOrDefault(parameter => parameter.Name == name) is not { } known)
            {
                string names = string.Join(", ", route.Parameters.Select(parameter => parameter.Name));
                throw new RefusedException(Refusal.BadRequest($"'{name}' is no parameter here", names.Length > 0 ? $"there are {names}" : "there is none here"));
            }
            if (given.Count > 1 && !known.IsRepeatable)
                throw new RefusedException(Refusal.BadRequest($"{name} is there more than once"));
        }
    }

    /// <summary>A parameter's value; null when it is not there or empty.</summary>
    public string? Text(string name) => context.Request.Query.TryGetValue(name, out StringValues given) && given.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>The values of a parameter that can be repeated.</summary>
    public IReadOnlyList<string> Texts(string name) => context.Request.Query.TryGetValue(name, out StringValues given) ? [.. given.OfType<string>()] : [];

    /// <summary>A parameter that is a whole number; null when it is not there.</summary>
    /// <exception cref="RefusedException">It is no such number.</exception>
    public long? Number(string name, long min, long max)
    {
        if (Text(name) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= min && number <= max)
            return number;
        throw new RefusedException(Refusal.BadRequest(string.Create(CultureInfo.InvariantCulture, $"{name} is not a whole number from {min} to {max}")));
    }

    /// <summary>A parameter that is <c>true</c> or <c>false</c>; false when it is not there.</summary>
    /// <exception cref="RefusedException">It is neither.</exception>
    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new RefusedException(Refusal.BadRequest($"{name} is neither true nor false")),
    };
}
