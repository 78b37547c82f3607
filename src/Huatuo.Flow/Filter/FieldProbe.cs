namespace Huatuo.Flow.Filter;

/// <summary>One field condition and the rule that it belongs to.</summary>
/// <param name="Rule">The rule's index in its set.</param>
/// <param name="Test">The comparison.</param>
internal readonly record struct FieldProbe(int Rule, FieldTest Test);
