using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.{{group}}.{{Name}};

/// <summary>Tasks that end.</summary>
internal sealed class {{Name}}Tracer : EventTracerDefinition
{
    public override string Name => "{{name}}";

    public override string Summary => "Tasks that end: name, process, thread, cgroup.";

    public override OptionSchema Options => {{Name}}Options.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.BtfTracepoint("sched_process_exit", {{Name}}Bpf.Programs.{{Name}}Btf),
        HookRung.Tracepoint("sched", "sched_process_exit", {{Name}}Bpf.Programs.{{Name}}Tracepoint),
    ];

    public override IEventTracer Create(TracerOptions options, TracerServices services) =>
        new {{Name}}Run(({{Name}}Options)options, services);

    public override string FormatText(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        return $"{document.GetProperty("observed_timestamp").GetString()} {data.GetRawText()}";
    }
}
