using Huatuo.Flow.Containers;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;

namespace Huatuo.Profiling.Continuous;

/// <summary>Profiles as documents. May be used by several threads.</summary>
/// <param name="output">Where they go.</param>
/// <param name="clock">The kernel's clock.</param>
/// <param name="time">Time.</param>
internal sealed class ProfileDocuments(DocumentOutput output, KernelClock clock, TimeProvider time)
{
    // What HUATUO calls its profiles.
    internal const string Name = "profiler", Type = "task";

    private readonly System.Threading.Lock _lock = new();

    /// <summary>Sends a profile on its way, in parts.</summary>
    /// <param name="profiler">Who took it.</param>
    /// <param name="container">Whose it is, when it is that of a container.</param>
    /// <param name="profile">It.</param>
    /// <param name="task">The task that it is the result of; empty for none.</param>
    internal void Emit(string profiler, Container? container, Profile profile, string task = "")
    {
        ulong began = (ulong)(clock.MonotonicNow() - (time.GetUtcNow() - profile.Start).Ticks * 100);
        lock (_lock)
        {
            foreach (ProfilePart part in ProfileParts.Of(profiler, profile, task))
                output.Emit(began, container, new ProfileEvent(part));
        }
    }
}
