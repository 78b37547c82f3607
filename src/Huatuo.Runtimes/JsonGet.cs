using System.Globalization;
using System.Text.Json;

namespace Huatuo.Runtimes;

/// <summary>Asks for JSON.</summary>
internal static class JsonGet
{
    /// <exception cref="RuntimeException">No answer, one that is not 200, or one that is not JSON.</exception>
    internal static async Task<JsonDocument> GetAsync(HttpClient http, HttpRequestMessage request, CancellationToken stop)
    {
        string what = request.RequestUri!.ToString();
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, stop).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new RuntimeException(string.Create(CultureInfo.InvariantCulture, $"{what}: HTTP status {(int)answer.StatusCode}"));
            return JsonRead.Parse(what, await answer.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new RuntimeException($"{what}: {fault.GetBaseException().Message}", fault);
        }
    }
}
