using System.Diagnostics.CodeAnalysis;
using Huatuo.Bpf.Filters;
using Huatuo.Flow.Options;

namespace Huatuo.Tracers.Network.Packets;

/// <summary>A pcap expression; compiled when it is read, so that what is wrong with it is told with the rest of the configuration.</summary>
internal sealed class PacketFilterType : OptionType<PacketFilter?>
{
    public override string Syntax => "a pcap expression (\"\" for none)";

    public override bool TryParse(ConfigNode node, [MaybeNullWhen(false)] out PacketFilter? value, [NotNullWhen(false)] out string? error)
    {
        (value, error) = (null, null);
        if (node is not ConfigScalar { IsNull: false } scalar)
        {
            error = $"expected {Syntax}, found {node.Describe()}";
            return false;
        }
        if (string.IsNullOrWhiteSpace(scalar.Text))
            return true;
        if (PacketFilter.TryCompile(scalar.Text, out value, out string? refusal))
            return true;
        error = $"{refusal}; found {node.Describe()}";
        return false;
    }

    public override string Format(PacketFilter? value) => YamlText.Format(value?.Expression ?? "");
}
