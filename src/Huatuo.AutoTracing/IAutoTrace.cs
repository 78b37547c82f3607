using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Metrics;

namespace Huatuo.AutoTracing;

/// <summary>What is particular to one auto-tracer: when, and what is kept then.</summary>
internal interface IAutoTrace<TTrigger, TEvent>
    where TEvent : struct, IEventFields
{
    /// <summary>Looks at the machine. Called at each interval, by one thread at a time; nothing slow.</summary>
    /// <param name="held">Receives each condition that holds.</param>
    /// <exception cref="IOException">What it looks at cannot be read.</exception>
    void Look(List<Held<TTrigger>> held);

    /// <summary>Begins to listen to what tells of conditions between two looks.</summary>
    /// <param name="wake">To be called, by any thread, when there is something; calls <see cref="Woken"/> before it returns.</param>
    /// <returns>Ends it; null when there is nothing such.</returns>
    IDisposable? Listen(Action wake) => null;

    /// <summary>Tells what was heard. Never called while a look is under way.</summary>
    /// <param name="held">Receives each condition that holds.</param>
    void Woken(List<Held<TTrigger>> held)
    {
    }

    /// <summary>Adds to what was seen what would be another thing when the turn of the picture comes. Called once, right after the condition was
    /// seen, by one thread at a time; within a bounded time.</summary>
    TTrigger AtOnce(TTrigger trigger) => trigger;

    /// <summary>Takes the picture, when its turn comes, within a bounded time. No fault is thrown: what could not be taken is told in the event.</summary>
    /// <param name="trigger">Why, with what was added at once.</param>
    /// <param name="stop">Ends it early; the event then holds what there is.</param>
    Task<Captured<TEvent>> CaptureAsync(TTrigger trigger, CancellationToken stop);

    /// <summary>Told of the document that was made of a picture.</summary>
    /// <param name="trigger">Why it was taken.</param>
    /// <param name="accepted">The document.</param>
    void Accepted(TTrigger trigger, AcceptedEvent accepted)
    {
    }
}

/// <summary>A picture.</summary>
/// <param name="Event">It.</param>
/// <param name="IsWhole">Whether all was taken that should be.</param>
internal readonly record struct Captured<TEvent>(TEvent Event, bool IsWhole);
