namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>When a trigger's condition holds.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Selector">Which series.</param>
/// <param name="Reading">What is read of each.</param>
/// <param name="Window">Over which time; zero for a value.</param>
/// <param name="IsSummed">Whether all series are one.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Threshold">With what.</param>
/// <param name="Samples">At how many looks in a row it must hold.</param>
internal sealed record TriggerExpression(
    string Text, MetricSelector Selector, Reading Reading, TimeSpan Window, bool IsSummed, Comparison Comparison, double Threshold, int Samples)
{
    /// <summary>Whether a value is beyond the threshold.</summary>
    internal bool Holds(double value) => Comparison switch
    {
        Comparison.Greater => value > Threshold,
        Comparison.GreaterOrEqual => value >= Threshold,
        Comparison.Less => value < Threshold,
        Comparison.LessOrEqual => value <= Threshold,
        Comparison.Equal => value.Equals(Threshold),
        _ => !value.Equals(Threshold),
    };
}

/// <summary>What is read of a series.</summary>
internal enum Reading
{
    /// <summary>Its value.</summary>
    Value,

    /// <summary>How much it grew in a second.</summary>
    Rate,

    /// <summary>How much it grew.</summary>
    Delta,
}

/// <summary>How a reading is compared with the threshold.</summary>
internal enum Comparison
{
    /// <summary>More.</summary>
    Greater,

    /// <summary>As much or more.</summary>
    GreaterOrEqual,

    /// <summary>Less.</summary>
    Less,

    /// <summary>As much or less.</summary>
    LessOrEqual,

    /// <summary>The same.</summary>
    Equal,

    /// <summary>Another.</summary>
    NotEqual,
}
