using Huatuo.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Security;

/// <summary>Decides whether a request may do what its route does. Nothing of the request but the connection and <c>Authorization</c> counts.</summary>
/// <param name="tokens">The tokens.</param>
/// <param name="time">Time.</param>
internal sealed class Gate(TokenKeeper tokens, TimeProvider time)
{
    /// <summary>Requests a second without a valid token, of all together.</summary>
    public const int StrangersPerSecond = 20;

    private const string Bearer = "Bearer ";

    private static readonly Refusal Insecure = new(
        403, "insecure", "here a token could be read on its way", "send it over TLS (the section tls of the configuration), to the loopback address, or to the Unix socket of the agent's host");

    private static readonly Refusal TokenMissing = new(
        401, "token_missing", "this needs a token", "send 'Authorization: Bearer TOKEN'; root makes one with 'huatuo token create NAME --scope read'");

    private static readonly Refusal TokenInvalid = new(
        401, "token_invalid", "no such token is known", "it may have been revoked; root lists them with 'huatuo token list'");

    private static readonly Refusal TooMany = new(
        429, "too_many_requests", "these are more requests a second than are answered", "try again after the seconds in Retry-After");

    private readonly RateLimit _strangers = new(() => StrangersPerSecond, time);

    /// <summary>Lets a request pass, or tells why not.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scope">What the route needs.</param>
    /// <param name="caller">Who it is.</param>
    public Refusal? Check(HttpContext context, Scope scope, out Caller caller)
    {
        caller = Caller.Anyone;
        if (Peer.IsRoot(context))
        {
            caller = Caller.Root;
            return null;
        }
        string authorization = context.Request.Headers.Authorization.ToString();
        Refusal? refusal = !Peer.IsPrivate(context) ? Insecure : authorization.Length == 0 ? TokenMissing : null;
        if (refusal is null)
        {
            if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && tokens.Find(authorization[Bearer.Length..].Trim()) is { } known)
            {
                caller = new Caller(known.Token.Name, known.Token.Scopes);
                return !known.Limit.TryTake() ? TooMany : caller.Scopes.HasFlag(scope) ? null : Lacks(caller, scope);
            }
            refusal = TokenInvalid;
        }
        return _strangers.TryTake() ? refusal : TooMany;
    }

    private static Refusal Lacks(Caller caller, Scope scope) => new(
        403, "scope_missing", $"the token '{caller.Name}' lacks the scope {string.Join(", ", scope.Words())}", "root makes one that has it with 'huatuo token create NAME --scope …'");
}
