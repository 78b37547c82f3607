using Huatuo.Flow.Documents;

namespace Huatuo.Flow.Tests.Filter;

/// <summary>An event with every kind of field.</summary>
internal readonly ref struct TestEvent(ReadOnlySpan<byte> state) : IEventFields
{
    private readonly ReadOnlySpan<byte> _state = state;

    public long Delta { get; init; } = -5;

    public ulong Big { get; init; } = ulong.MaxValue;

    public bool IsQuiet { get; init; }

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        Assert.False(IsQuiet, "the fields were walked over");
        writer.Text("sk_state"u8, "OUTSIDE"u8);
        writer.Number("delta"u8, Delta);
        writer.Number("big"u8, Big);
        writer.Hex("address"u8, 0xffff8880);
        writer.JsonText("device"u8, "\"eth0\""u8);
        writer.JsonText("comm"u8, "\"a\\\"b\\u00e9\\ud83d\\ude00\\n\""u8);
        writer.BeginObject("other"u8);
        writer.BeginObject("tcp"u8);
        writer.Text("sk_state"u8, "ELSEWHERE"u8);
        writer.EndObject();
        writer.BeginArray("stack"u8);
        writer.Element("elsewhere"u8);
        writer.EndArray();
        writer.EndObject();
        writer.BeginObject("layers"u8);
        writer.BeginObject("ip"u8);
        writer.Number("ttl"u8, 64UL);
        writer.EndObject();
        writer.BeginObject("tcp"u8);
        writer.Number("source"u8, 443L);
        writer.Text("sk_state"u8, _state);
        writer.EndObject();
        writer.EndObject();
        writer.BeginArray("stack"u8);
        writer.Element("kfree_skb"u8);
        writer.Element("tcp_rcv"u8);
        writer.EndArray();
        writer.BeginArray("empty"u8);
        writer.EndArray();
        writer.Text("last"u8, "end"u8);
    }
}
