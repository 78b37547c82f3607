using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Scheduling.Hungtask;

/// <summary>One task that hangs.</summary>
/// <param name="who">The task.</param>
/// <param name="stack">Where it waits.</param>
/// <param name="timeoutSeconds">What the kernel puts up with; null when it could not be read.</param>
/// <param name="cpus">What every CPU runs.</param>
/// <param name="blocked">The other blocked tasks with their stacks.</param>
internal readonly struct HungtaskEvent(EventWho who, StackText stack, long? timeoutSeconds, byte[] cpus, byte[] blocked) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        who.Write(ref writer);
        if (timeoutSeconds is { } seconds)
            writer.Number("hung_task_timeout_secs"u8, seconds);
        writer.JsonText("stack"u8, stack.Literal);
        writer.Text("cpus_stack"u8, cpus);
        writer.Text("blocked_processes_stack"u8, blocked);
    }
}
