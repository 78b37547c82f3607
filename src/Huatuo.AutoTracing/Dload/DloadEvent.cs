using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.Dload;

/// <summary>The document.</summary>
/// <param name="trigger">Why.</param>
/// <param name="waiting">How many of the tasks with a stack wait for I/O.</param>
/// <param name="issue">Which known issue it is; empty for none.</param>
/// <param name="stacks">The tasks that wait uninterruptibly.</param>
internal readonly struct DloadEvent(DloadTrigger trigger, int waiting, string issue, byte[] stacks) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Real("threshold"u8, trigger.Threshold);
        writer.Number("nr_sleeping"u8, (long)trigger.States.Sleeping);
        writer.Number("nr_running"u8, (long)trigger.States.Running);
        writer.Number("nr_stopped"u8, (long)trigger.States.Stopped);
        writer.Number("nr_uninterruptible"u8, (long)trigger.States.Uninterruptible);
        writer.Number("nr_iowait"u8, (long)waiting);
        writer.Real("load_avg"u8, trigger.Load);
        writer.Real("dload_avg"u8, trigger.UninterruptibleLoad);
        writer.Text("known_issue"u8, Encoding.UTF8.GetBytes(issue));
        writer.Text("stack"u8, stacks);
    }
}
