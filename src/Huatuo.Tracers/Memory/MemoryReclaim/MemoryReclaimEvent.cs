using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Memory.MemoryReclaim;

/// <summary>One reclaim that has ended, over the record it came in.</summary>
internal readonly ref struct MemoryReclaimEvent : IEventFields
{
    private readonly ref readonly MemoryReclaimRecord _record;
    private readonly EventWho _who;
    private readonly StackText _stack;

    internal MemoryReclaimEvent(ref readonly MemoryReclaimRecord record, in EventWho who, StackText stack)
    {
        _record = ref record;
        _who = who;
        _stack = stack;
    }

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        _who.Write(ref writer);
        writer.Text("scope"u8, (ReclaimScope)_record.Scope == ReclaimScope.Global ? "global"u8 : "memcg"u8);
        writer.Number("reclaim_duration_ns"u8, _record.DurationNs);
        writer.Number("reclaimed_pages"u8, _record.ReclaimedPages);
        writer.JsonText("stack"u8, _stack.Literal);
    }
}
