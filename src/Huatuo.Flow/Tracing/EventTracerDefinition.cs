namespace Huatuo.Flow.Tracing;

/// <summary>A tracer that gives a document for each event; its runs are <see cref="IEventTracer"/> or
/// <see cref="ISourceTracer"/>, its options <see cref="EventTracerOptions"/>.</summary>
public abstract class EventTracerDefinition : TracerDefinition
{
    /// <inheritdoc/>
    public override TracerKind Kind => TracerKind.Event;

    /// <summary>
    /// Whether decoding a record takes longer than the pump may wait, for files or for other CPUs: it is done on the slow
    /// lane then, and <see cref="TracerServices.Stacks"/> belongs to that.
    /// </summary>
    public virtual bool IsSlow => false;

    /// <summary>One stored document as lines for a terminal, without the last line break.</summary>
    /// <param name="document">The document.</param>
    public abstract string FormatText(System.Text.Json.JsonElement document);
}
