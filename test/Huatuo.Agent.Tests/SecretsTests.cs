using Huatuo.Agent.Cli;

namespace Huatuo.Agent.Tests;

/// <summary>Which commands want the secrets that are in the agent's environment alone.</summary>
public sealed class SecretsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-secrets-").FullName;

    public SecretsTests() => File.WriteAllText(FilePath, $"data_dir: {_folder}\nstore: {{elasticsearch: {{enabled: true, username: elastic}}}}\n");

    private string FilePath => Path.Combine(_folder, "huatuo.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("config check", ExitCode.Done)]
    [InlineData("token list", ExitCode.Done)]
    [InlineData("events", ExitCode.Failure)]
    [InlineData("store install-template --print elasticsearch", ExitCode.Done)]
    [InlineData("store install-template", ExitCode.Usage)]
    [InlineData("agent", ExitCode.Usage)]
    public async Task Only_what_sends_demands_them(string command, int code) =>
        Assert.Equal(code, await HuatuoCommand.RunAsync([.. command.Split(' '), "--config", FilePath]));

    [Theory]
    [InlineData("enabled")]
    [InlineData("profiles")]
    public async Task A_template_for_Elasticsearch_needs_no_secret_of_another_server(string used)
    {
        // It asks a port where nobody listens: only what was wanted before that is a wrong argument.
        File.WriteAllText(FilePath, $"data_dir: {_folder}\nstore: {{elasticsearch: {{addresses: ['http://127.0.0.1:1']}}, otlp: {{{used}: true, username: me}}}}\n");
        Assert.Equal(ExitCode.Usage, await HuatuoCommand.RunAsync(["agent", "--config", FilePath]));
        Assert.Equal(ExitCode.Failure, await HuatuoCommand.RunAsync(["store", "install-template", "--config", FilePath]));
    }
}
