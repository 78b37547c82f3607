using Huatuo.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Api.Profiles;

/// <summary>Refusals as clients of Connect read them: <c>code</c> and <c>message</c> beside what every refusal has.</summary>
internal static class ConnectError
{
    /// <summary>Answers.</summary>
    public static Task AnswerAsync(HttpContext context, Refusal refusal) => Answer.RefuseAsync(context, refusal, writer =>
    {
        writer.WriteString("code"u8, Code(refusal.Status));
        writer.WriteString("message"u8, refusal.Hint.Length > 0 ? $"{refusal.Message}; {refusal.Hint}" : refusal.Message);
    });

    // The words of the protocol.
    private static string Code(int status) => status switch
    {
        400 => "invalid_argument",
        404 => "not_found",
        413 or 429 => "resource_exhausted",
        503 => "unavailable",
        _ => "internal",
    };
}
