using Huatuo.Bpf.Features;

namespace Huatuo.Flow.Tracing;

/// <summary>Which rung of a tracer's ladder this kernel takes, or why none.</summary>
/// <param name="Rung">The best rung that works here; null when none does.</param>
/// <param name="Programs">The rung's programs that this kernel takes, in the order in which they are attached.</param>
/// <param name="Missing">Why not; of the last rung tried, the one that asks least. Null when there is a rung.</param>
public readonly record struct Ladder(HookRung? Rung, IReadOnlyList<string> Programs, Unsupported? Missing)
{
    /// <summary>Chooses before anything is loaded.</summary>
    /// <param name="tracer">The tracer.</param>
    /// <param name="hook">A rung's name, or <see cref="TracerOptions.Auto"/>.</param>
    /// <param name="kernel">What the kernel can do.</param>
    /// <param name="btf">Its types, when it tells them.</param>
    /// <exception cref="ArgumentException">The ladder has no rung of that name.</exception>
    public static Ladder Choose(TracerDefinition tracer, string hook, KernelFeatures kernel, KernelBtf? btf)
    {
        ArgumentNullException.ThrowIfNull(tracer);
        IEnumerable<HookRung> rungs = hook == TracerOptions.Auto
            ? tracer.Ladder.OrderByDescending(rung => rung.ComesFirst(kernel))
            : tracer.Ladder.Where(rung => rung.Name == hook);
        Unsupported? missing = null;
        foreach (HookRung rung in rungs)
        {
            (IReadOnlyList<string> programs, missing) = rung.On(kernel, btf);
            if (missing is null)
                return new Ladder(rung, programs, null);
        }
        return missing is not null
            ? new Ladder(null, [], missing)
            : throw new ArgumentException($"tracers.{tracer.Name}.hook: '{hook}' is none of auto, {string.Join(", ", tracer.Ladder.Select(rung => rung.Name))}", nameof(hook));
    }
}
