using System.Diagnostics;
using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.{{group}}.{{Name}};

/// <summary>The real cause, and the whole document of it.</summary>
public sealed class {{Name}}KernelTests
{
    [Theory]
    [InlineData("tp_btf/sched_process_exit", Transport.RingBuffer)]
    [InlineData("tp_btf/sched_process_exit", Transport.Perf)]
    [InlineData("tp/sched/sched_process_exit", Transport.RingBuffer)]
    public async Task A_task_that_ends_is_told(string hook, Transport transport)
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(
            new {{Name}}Tracer(), new {{Name}}Options { Hook = hook, Transport = transport, MaxEventsPerSecond = 0 });

        using Process task = Process.Start("/bin/true");
        await task.WaitForExitAsync(TestContext.Current.CancellationToken);

        JsonElement document = await tracer.Sink.WaitAsync(candidate => Pid(candidate) == task.Id, "the end of /bin/true");
        JsonElement data = document.GetProperty("tracer_data");
        Assert.Equal("task", data.GetProperty("context").GetString());
        Assert.Equal("true", data.GetProperty("comm").GetString());
        Assert.Equal(task.Id, data.GetProperty("tid").GetInt32());
    }

    private static int Pid(JsonElement document) =>
        document.GetProperty("tracer_data").TryGetProperty("pid", out JsonElement pid) ? pid.GetInt32() : 0;
}
