namespace Huatuo.Flow.Metrics;

/// <summary>An event that stands for one value of a histogram.</summary>
/// <param name="Value">The value, in the family's base unit.</param>
/// <param name="Event">The event.</param>
public readonly record struct Exemplar(double Value, AcceptedEvent Event);

/// <summary>An event that was made a document of and given to the sinks.</summary>
/// <param name="Id">The <c>id</c> of its document.</param>
/// <param name="Tracer">The <c>tracer_name</c> of its document.</param>
/// <param name="UtcNanoseconds">When it was observed, since 1970.</param>
public readonly record struct AcceptedEvent(Guid Id, string Tracer, long UtcNanoseconds);
