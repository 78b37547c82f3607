using System.Globalization;

namespace Huatuo.Flow.Options.Types;

internal sealed class PortType : ScalarType<ushort>
{
    public override string Syntax => "a port from 0 to 65535";

    public override string Format(ushort value) => value.ToString(CultureInfo.InvariantCulture);

    protected override bool TryParse(string text, out ushort value) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
