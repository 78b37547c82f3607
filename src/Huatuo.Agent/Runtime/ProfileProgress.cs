using System.Globalization;
using Huatuo.Profiling;

namespace Huatuo.Agent.Runtime;

/// <summary>One line on a terminal that tells how far a profile is.</summary>
/// <param name="name">The profiler.</param>
/// <param name="duration">How long it will take.</param>
/// <param name="terminal">Null to tell nothing.</param>
internal sealed class ProfileProgress(string name, TimeSpan duration, TextWriter? terminal) : IDisposable
{
    private const string Erase = "\r\u001b[K";

    internal void Show(TimeSpan elapsed, Profile profile) => terminal?.Write(string.Create(
        CultureInfo.InvariantCulture,
        $"{Erase}huatuo: {name} {elapsed.TotalSeconds:0} of {duration.TotalSeconds:0} s, {profile.Kernel.Sampled} {profile.Kind.Events}"));

    public void Dispose() => terminal?.Write(Erase);
}
