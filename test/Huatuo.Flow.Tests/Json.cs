using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.Flow.Tests;

/// <summary>What is written to a <see cref="JsonFieldWriter"/>, as text.</summary>
internal static class Json
{
    internal delegate void Fields(ref JsonFieldWriter writer);

    internal static string Of(Fields write)
    {
        var json = new JsonBuffer();
        json.Mark((byte)'{');
        var writer = new JsonFieldWriter(json);
        write(ref writer);
        json.Mark((byte)'}');
        return Encoding.UTF8.GetString(json.Written);
    }
}
