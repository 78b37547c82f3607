using Huatuo.Agent.Cli;
using Huatuo.Agent.Configuration;

namespace Huatuo.Agent.Tests.Configuration;

/// <summary>A tracer by another of its names, wherever one is put in.</summary>
public sealed class TracerAliasTests
{
    private const string ByAlias = "tracers:\n  oom_kills:\n    enabled: false\n";

    [Fact]
    public void ASectionIsTheTracersOwn()
    {
        string shown = Sample.Show(Sample.Good(ByAlias));
        Assert.Equal(Sample.Show(Sample.Good(ByAlias.Replace("oom_kills", "oom", StringComparison.Ordinal))), shown);
        Assert.Contains("\n  oom:\n    enabled: false  # huatuo.yaml:3\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("oom_kills", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tracers:\n  oom:\n    enabled: true\n")]
    [InlineData("tracers:\n  oom_kills:\n    enabled: true\n")]
    public void ASettingStandsAboveTheSectionByWhateverName(string yaml)
    {
        foreach (string name in new[] { "oom", "oom_kills" })
            Assert.Contains("\n  oom:\n    enabled: false  # --set\n", Sample.Show(Sample.Good(yaml, $"tracers.{name}.enabled=false")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oom", "oom_kills")]
    [InlineData("oom_kills", "oom")]
    public void TwoSectionsOfOneTracerAreAnError(string first, string second) => Assert.Equal(
        $"huatuo.yaml:4:3: tracers.{second}: '{first}' at huatuo.yaml:2:3 is the same tracer; keep one section, 'oom'",
        Sample.Errors($"tracers:\n  {first}:\n    enabled: true\n  {second}:\n    enabled: false\n"));

    [Fact]
    public void BoundsOfItsFilesAreTheTracersOwn()
    {
        const string yaml = "store:\n  local:\n    tracers:\n      oom_kills:\n        max_size: 1MiB\n";
        string shown = Sample.Show(Sample.Good(yaml, "store.local.tracers.oom_kills.max_age=1h"));
        Assert.Contains("    tracers:\n      oom:\n        max_size: 1MiB  # huatuo.yaml:5\n        max_age: 1h  # --set\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("oom_kills", shown, StringComparison.Ordinal);
        Assert.Equal(
            "huatuo.yaml:6:7: store.local.tracers.oom: 'oom_kills' at huatuo.yaml:4:7 is the same tracer; keep one section, 'oom'", Sample.Errors(yaml + "      oom:\n        max_age: 1h\n"));
    }

    [Fact]
    public void ARuleIsAboutTheTracer() => Assert.Equal(
        "oom", Sample.Good("rules:\n  - {name: mine, tracer: oom_kills, when: [{function: f}]}\n").Rules[0].Rule.Tracer);

    [Fact]
    public void ErrorsAreUnderTheTracersName() => Assert.Equal(
        "huatuo.yaml:3:5: tracers.oom.enable: unknown key; did you mean 'enabled'?", Sample.Errors("tracers:\n  oom_kills:\n    enable: false\n"));

    [Theory]
    [InlineData("trace netdev_bonding_lacp")]
    [InlineData("trace memory_reclaim_events --duration 1s")]
    [InlineData("agent --disable netdev_bonding_lacp --disable memory_reclaim")]
    public void TheCommandLineKnowsThem(string arguments) => Assert.Empty(HuatuoCommand.Create().Parse(arguments).Errors);

    [Fact]
    public void TheProductsTracersAreFoundByThem()
    {
        AgentConfig? config = SharedOptions.Load(null, [new("tracers.netdev_bonding_lacp.enabled", "false", "--disable")]);
        Assert.NotNull(config);
        Assert.Contains("\n  lacp:\n    enabled: false  # --disable\n", Sample.Show(config), StringComparison.Ordinal);
    }
}
