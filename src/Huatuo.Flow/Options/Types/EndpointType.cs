using System.Globalization;
using System.Net;

namespace Huatuo.Flow.Options.Types;

internal sealed class EndpointType : ScalarType<IPEndPoint>
{
    public override string Syntax => "an address and a port such as 127.0.0.1:19704 or [::1]:19704";

    public override string Format(IPEndPoint value) => YamlText.FormatTyped(value.ToString());

    protected override bool TryParse(string text, out IPEndPoint value)
    {
        value = new IPEndPoint(IPAddress.None, 0);
        int colon = text.LastIndexOf(':');
        if (colon <= 0)
            return false;
        ReadOnlySpan<char> host = text.AsSpan(0, colon);
        bool isBracketed = host is ['[', .., ']'];
        if (!Address.TryParse(isBracketed ? host[1..^1] : host, out IPAddress? address)
            || isBracketed != text.AsSpan(0, colon).Contains(':')
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            return false;
        value = new IPEndPoint(address, port);
        return true;
    }
}
