namespace Huatuo.Flow.Filter;

/// <summary>Says which events of a tracer are known and harmless, so that they are counted but not stored.</summary>
/// <param name="Name">The name, the value of the label <c>rule</c>.</param>
/// <param name="Tracer">The wire name of the tracer whose events it is about.</param>
/// <param name="Enabled">Whether it is used.</param>
/// <param name="Functions">What the stack must hold; all of these.</param>
/// <param name="Fields">What the fields must be; all of these.</param>
public sealed record Rule(
    string Name,
    string Tracer,
    bool Enabled,
    IReadOnlyList<FunctionCondition> Functions,
    IReadOnlyList<FieldCondition> Fields);
