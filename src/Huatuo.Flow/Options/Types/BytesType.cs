namespace Huatuo.Flow.Options.Types;

internal sealed class BytesType(ByteSize min, ByteSize max) : ScalarType<ByteSize>
{
    public override string Syntax => $"a size from {min} to {max}, in bytes or with KiB, MiB, GiB, KB, MB or GB";

    public override string Format(ByteSize value) => value.ToString();

    protected override bool TryParse(string text, out ByteSize value) =>
        ByteSize.TryParse(text, out value) && value >= min && value <= max;
}
