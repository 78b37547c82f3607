using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Scheduling.Softlockup;

/// <summary>One soft lockup.</summary>
/// <param name="who">What is stuck.</param>
/// <param name="seconds">For how long; null where the hook does not tell.</param>
/// <param name="stack">Where; null where the hook does not tell.</param>
/// <param name="cpus">What every CPU runs.</param>
internal readonly struct SoftlockupEvent(EventWho who, uint? seconds, StackText? stack, byte[] cpus) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        who.Write(ref writer);
        if (seconds is { } stuck)
            writer.Number("stuck_seconds"u8, (ulong)stuck);
        if (stack is not null)
            writer.JsonText("stack"u8, stack.Literal);
        writer.Text("cpus_stack"u8, cpus);
    }
}
