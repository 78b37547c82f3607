using System.CommandLine;
using Huatuo.Agent.Cli;
using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Tests;

/// <summary><c>huatuo config</c> beside an agent whose options were changed while it ran.</summary>
public sealed class ConfigCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-config-").FullName;
    private readonly KeptOptions _kept;

    public ConfigCommandTests()
    {
        File.WriteAllText(FilePath, $"data_dir: {_folder}\ntracers: {{dropwatch: {{ports: [80]}}}}\n");
        _kept = new KeptOptions(_folder);
    }

    private string FilePath => Path.Combine(_folder, "huatuo.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_changed_stands_above_the_file_and_below_the_command_line()
    {
        Assert.Contains($"ports: [80]  # {FilePath}:2", await RunAsync(ExitCode.Done, "show"));
        _kept.Write([new Override("tracers.dropwatch.ports", "443"), new Override("tracers.oom.enabled", "false")]);
        string[] shown = await RunAsync(ExitCode.Done, "show");
        Assert.Contains($"ports: [443]  # {_kept.Path}", shown);
        Assert.Contains($"enabled: false  # {_kept.Path}", shown);
        Assert.Contains("ports: [7]  # --set", await RunAsync(ExitCode.Done, "show", "--set", "tracers.dropwatch.ports=7"));
    }

    [Fact]
    public async Task Rules_and_bounds_that_were_changed_are_shown_and_checked()
    {
        _kept.Write([new Override("store.local.max_size", "1GiB"), new Override("rules", """[{"name":"r","tracer":"dropwatch","when":[{"field":"pid","is":"1"}]}]""", IsJson: true)]);
        string[] shown = await RunAsync(ExitCode.Done, "show");
        Assert.Contains($"max_size: 1GiB  # {_kept.Path}", shown);
        Assert.Contains($"- name: r  # {_kept.Path}", shown);
        _kept.Write([new Override("rules", """[{"name":"r"}]""", IsJson: true)]);
        await RunAsync(ExitCode.Usage, "check");
    }

    [Theory]
    [InlineData("http", ExitCode.Usage)]
    [InlineData("443", ExitCode.Done)]
    public async Task What_was_changed_is_checked(string ports, int code)
    {
        _kept.Write([new Override("tracers.dropwatch.ports", ports)]);
        await RunAsync(code, "check");
    }

    [Fact]
    public async Task A_file_that_no_agent_would_start_with_is_told()
    {
        File.WriteAllText(_kept.Path, "{}");
        await RunAsync(ExitCode.Failure, "check");
        await RunAsync(ExitCode.Failure, "show");
    }

    private async Task<string[]> RunAsync(int code, params string[] arguments)
    {
        var output = new StringWriter();
        var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output };
        Assert.Equal(code, await ConfigCommand.Create().Parse([.. arguments, "--config", FilePath]).InvokeAsync(invocation, TestContext.Current.CancellationToken));
        return output.ToString().Split('\n', StringSplitOptions.TrimEntries);
    }
}
