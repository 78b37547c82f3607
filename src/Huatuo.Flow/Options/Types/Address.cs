using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Huatuo.Flow.Options.Types;

/// <summary>Reads addresses more strictly than the class library, which takes <c>1</c> and <c>0x7f.1</c> for IPv4.</summary>
internal static class Address
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text.ContainsAnyExcept(Letters))
            return false;
        return IPAddress.TryParse(text, out address) && (text.Contains(':') || text.SequenceEqual(address.ToString()));
    }
}
