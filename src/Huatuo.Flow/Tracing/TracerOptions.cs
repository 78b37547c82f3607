using Huatuo.Flow.Options;

namespace Huatuo.Flow.Tracing;

/// <summary>The options that every tracer has.</summary>
public class TracerOptions
{
    /// <summary>The word for a choice left to the agent.</summary>
    public const string Auto = "auto";

    /// <summary>Whether the agent runs it.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>A rung of the ladder by name, or <c>auto</c> for the best that this kernel has.</summary>
    public string Hook { get; set; } = Auto;

    /// <summary>A schema that starts with the keys of every tracer.</summary>
    /// <param name="name">The tracer's name.</param>
    public static OptionSchema<T> Schema<T>(string name)
        where T : TracerOptions, new() => new OptionSchema<T>(name)
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v, "Run it in the agent.")
        .Add("hook", OptionTypes.Text, o => o.Hook, (o, v) => o.Hook = v, "The hook to use, by the name that `huatuo doctor` prints; `auto` takes the best.");
}
