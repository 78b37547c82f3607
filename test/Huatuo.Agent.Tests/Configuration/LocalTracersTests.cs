using Huatuo.Agent.Configuration;
using Huatuo.Store.LocalFile;

namespace Huatuo.Agent.Tests.Configuration;

/// <summary><c>store.local.tracers</c>: bounds of one tracer's files in place of those of all.</summary>
public sealed class LocalTracersTests
{
    [Fact]
    public void What_is_not_written_is_as_for_all()
    {
        AgentConfig config = Sample.Good("store: {local: {tracers: {oom: {max_size: 1MiB, rotate_count: 20}, dropwatch: {max_age: ~}, profiler: {max_age: 1h}}, rotate_size: 2MiB, max_size: 8MiB}}");
        LocalStoreOptions local = config.Options.Store.Local;
        var all = new LocalFileBounds { RotateBytes = 2 << 20, RotateCount = 10, MaxBytes = 8 << 20 };
        Assert.Equal(all, local.Bounds);
        Assert.Equal(
            [("dropwatch", all), ("oom", all with { MaxBytes = 1 << 20, RotateCount = 20 }), ("profiler", all with { MaxAge = TimeSpan.FromHours(1) })],
            local.Tracers.Select(tracer => (tracer.Key, local.BoundsOf(tracer.Value))));
    }

    [Fact]
    public void It_is_shown_as_it_was_written_and_read_again()
    {
        AgentConfig config = Sample.Good("store: {local: {tracers: {oom: {max_size: 1MiB}, dropwatch: {max_age: ~}}}}", "store.local.tracers.oom.rotate_count=3");
        string shown = Sample.Show(config);
        Assert.Contains("    tracers:\n      dropwatch:\n        max_age: ~  # huatuo.yaml:1\n      oom:\n        rotate_count: 3  # --set\n        max_size: 1MiB  # huatuo.yaml:1\n", shown, StringComparison.Ordinal);
        Assert.Equal(config.Effective.Select(option => (option.Path, option.Value)), Sample.Good(shown).Effective.Select(option => (option.Path, option.Value)));
        Assert.DoesNotContain(Sample.Good("").Effective, option => option.Path.StartsWith("store.local.tracers", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{dropwotch: {max_size: 1MiB}}", "huatuo.yaml:1:27: store.local.tracers.dropwotch: unknown tracer; did you mean 'dropwatch'?")]
    [InlineData("{oom: {max_sise: 1MiB}}", "huatuo.yaml:1:33: store.local.tracers.oom.max_sise: unknown key; did you mean 'max_size'?")]
    [InlineData("{oom: {rotate_count: 0}}", "huatuo.yaml:1:47: store.local.tracers.oom.rotate_count: expected a whole number from 1 to 10000, found '0'")]
    [InlineData("{oom: 1MiB}", "huatuo.yaml:1:32: store.local.tracers.oom: expected a mapping of keys, found '1MiB'")]
    [InlineData("[oom]", "huatuo.yaml:1:26: store.local.tracers: expected a mapping of keys, found a list")]
    public void What_is_wrong_is_told_with_the_key_and_what_to_write(string tracers, string message) =>
        Assert.Equal(message, Sample.Errors($"store: {{local: {{tracers: {tracers}}}}}"));
}
