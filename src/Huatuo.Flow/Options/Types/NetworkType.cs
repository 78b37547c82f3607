using System.Globalization;
using System.Net;

namespace Huatuo.Flow.Options.Types;

internal sealed class NetworkType : ScalarType<IPNetwork>
{
    public override string Syntax => "an address or a network such as 10.0.0.0/8 or 2001:db8::/32";

    public override string Format(IPNetwork value) => YamlText.FormatTyped(value.ToString());

    protected override bool TryParse(string text, out IPNetwork value)
    {
        value = default;
        if (!TrySplit(text, out IPAddress address, out int prefix) || !address.Equals(Base(address, prefix)))
            return false;
        value = new IPNetwork(address, prefix);
        return true;
    }

    protected override string Hint(string text) =>
        TrySplit(text, out IPAddress address, out int prefix) ? $"; did you mean '{Base(address, prefix)}/{prefix}'?" : "";

    private static bool TrySplit(string text, out IPAddress address, out int prefix)
    {
        int slash = text.IndexOf('/');
        prefix = 0;
        bool valid = Address.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out IPAddress? parsed);
        address = parsed ?? IPAddress.None;
        if (!valid)
            return false;
        int bits = address.GetAddressBytes().Length * 8;
        if (slash < 0)
            prefix = bits;
        else
            valid = int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix);
        return valid && prefix <= bits;
    }

    private static IPAddress Base(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xff00 >> int.Clamp(prefix - i * 8, 0, 8));
        return new IPAddress(bytes);
    }
}
