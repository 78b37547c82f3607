using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.Profiling.Continuous;

/// <summary>The fields of a stored profile, or of a part of one: the parts of a window add up to it.</summary>
/// <param name="part">What it tells.</param>
internal readonly struct ProfileEvent(ProfilePart part) : IEventFields
{
    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text("profiler"u8, Encoding.UTF8.GetBytes(part.Profiler));
        writer.Text("profile_type"u8, Encoding.UTF8.GetBytes(ProfileTypes.Of(part.Kind)));
        if (part.Task.Length > 0)
            writer.Text("task_id"u8, Encoding.UTF8.GetBytes(part.Task));
        writer.Number("duration_ns"u8, part.DurationNanoseconds);
        writer.Number("period_ns"u8, part.PeriodNanoseconds);
        writer.Number("part"u8, (long)part.Number);
        ProfileUnit? amount = part.Kind.Amount;
        writer.BeginArray("samples"u8);
        foreach (StoredSample sample in part.Samples)
        {
            writer.BeginElement();
            writer.Text("stack"u8, Encoding.UTF8.GetBytes(sample.Stack));
            writer.Number("hits"u8, sample.Count);
            if (amount is not null)
                writer.Number(amount == ProfileUnit.Bytes ? "bytes"u8 : "cycles"u8, sample.Amount);
            writer.Number("ns"u8, sample.Nanoseconds);
            writer.EndObject();
        }
        writer.EndArray();
    }
}

/// <summary>A part of the profile of a window.</summary>
/// <param name="Profiler">Who took it.</param>
/// <param name="Kind">What its time is.</param>
/// <param name="DurationNanoseconds">The length of the window; 0 in all parts but the first, so that they add up.</param>
/// <param name="PeriodNanoseconds">Time between two samples; 0 where time is measured.</param>
/// <param name="Number">From 0.</param>
/// <param name="Samples">Its stacks.</param>
/// <param name="Task">The task that it is the result of; empty for what is taken all the time.</param>
internal sealed record ProfilePart(string Profiler, ProfileKind Kind, long DurationNanoseconds, long PeriodNanoseconds, int Number, IReadOnlyList<StoredSample> Samples, string Task = "");

/// <summary>One stack.</summary>
/// <param name="Stack">As <see cref="StackLines"/> has it.</param>
/// <param name="Count">How often.</param>
/// <param name="Nanoseconds">For how long.</param>
/// <param name="Amount">What it moved, took or used: of bytes or of cycles, as the kind says.</param>
internal readonly record struct StoredSample(string Stack, long Count, long Nanoseconds, long Amount = 0);
