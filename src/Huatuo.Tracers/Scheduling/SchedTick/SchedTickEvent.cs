using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Scheduling.SchedTick;

/// <summary>One late tick, over the record it came in.</summary>
internal readonly ref struct SchedTickEvent : IEventFields
{
    private readonly ref readonly SchedTickRecord _record;
    private readonly ulong _thresholdNs;
    private readonly EventWho _who;
    private readonly StackText _stack;

    internal SchedTickEvent(ref readonly SchedTickRecord record, ulong thresholdNs, in EventWho who, StackText stack)
    {
        _record = ref record;
        _thresholdNs = thresholdNs;
        _who = who;
        _stack = stack;
    }

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        _who.Write(ref writer);
        writer.Number("tick_interval_ns"u8, _record.IntervalNs);
        writer.Number("tick_interval_threshold_ns"u8, _thresholdNs);
        if (_record.HasSteal != 0)
            writer.Number("steal_ns"u8, _record.StealNs);
        writer.JsonText("stack"u8, _stack.Literal);
    }
}
