using Huatuo.Flow.Enrich;
using Huatuo.Linux.Kallsyms;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Tests.Harness;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Profiling.Tests.Symbols;

public sealed class KernelFramesTests : IDisposable
{
    private const ulong Core = 0xffffffff81000010, Driver = 0xffffffffc0000010;
    private readonly TemporaryFolder _proc = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public async Task Code_that_was_loaded_later_has_a_name_and_code_in_another_ones_place_has_its_own()
    {
        var time = new FakeTimeProvider();
        Write("ffffffff81000000 T first\n");
        var source = new SymbolSource(() => KernelSymbols.Load(_proc.Path), time);
        await source.ReadyAsync();
        var environment = new SymbolEnvironment(new FrameTable(), _proc.Path);
        var symbolizer = new Symbolizer(environment, source);
        Assert.Equal([Frame.Unknown, "first"], Frames(symbolizer, environment));

        Write("ffffffff81000000 T first\nffffffffc0000000 t driver_rx\t[driver]\n");
        time.Advance(SymbolSource.Interval);
        await Renewed(source, () => Frames(symbolizer, environment));
        Assert.Equal(["driver_rx", "first"], Frames(symbolizer, environment));

        Write("ffffffff81000000 T other\nffffffffc0100000 t driver_rx\t[driver]\n");
        time.Advance(SymbolSource.Interval);
        await Renewed(source, source.Missed);
        Assert.Equal([Frame.Unknown, "other"], Frames(symbolizer, environment));
    }

    private void Write(string symbols) => File.WriteAllText(_proc.File("kallsyms"), symbols);

    private static async Task Renewed(SymbolSource source, Action miss)
    {
        KernelSymbols before = source.Current!;
        miss();
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (ReferenceEquals(source.Current, before))
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static string[] Frames(Symbolizer symbolizer, SymbolEnvironment environment)
    {
        symbolizer.Begin();
        List<int> frames = [];
        symbolizer.AddKernel([Core, Driver], frames);
        return [.. frames.Select(frame => environment.Frames[frame].Name)];
    }
}
