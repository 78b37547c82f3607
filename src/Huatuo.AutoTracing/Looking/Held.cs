using Huatuo.Flow.Containers;

namespace Huatuo.AutoTracing.Looking;

/// <summary>A condition that holds now.</summary>
/// <param name="Subject">Of what, such as a device; cooled down on its own.</param>
/// <param name="Container">Whose it is, when it is a container's.</param>
/// <param name="Score">How far it is beyond its threshold: of several, the picture of the first is taken.</param>
/// <param name="Trigger">What was seen.</param>
internal readonly record struct Held<TTrigger>(string Subject, Container? Container, double Score, TTrigger Trigger)
{
    /// <summary>What is left alone with the subject after a picture of it, such as what lies on a disk.</summary>
    internal IEnumerable<string> Also { get; init; } = [];

    /// <summary>How long the subject is left alone; null for as long as the auto-tracer's options say.</summary>
    internal TimeSpan? CoolDown { get; init; }

    /// <summary>Called when it is told, or left out because its subject was told a short while ago; not while the auto-tracer is busy.</summary>
    internal Action? Taken { get; init; }
}
