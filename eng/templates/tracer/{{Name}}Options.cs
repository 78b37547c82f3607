using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.{{group}}.{{Name}};

/// <summary>The section <c>tracers.{{name}}</c>. The filter is applied in the kernel.</summary>
internal sealed class {{Name}}Options : EventTracerOptions
{
    /// <summary>Only the end of whole processes, not of their further threads.</summary>
    public bool ProcessesOnly { get; set; }

    /// <summary>The keys.</summary>
    public static OptionSchema<{{Name}}Options> Keys { get; } = Schema<{{Name}}Options>("{{name}}")
        .Add("processes_only", OptionTypes.Boolean, o => o.ProcessesOnly, (o, v) => o.ProcessesOnly = v, "Only first threads of processes.");
}
