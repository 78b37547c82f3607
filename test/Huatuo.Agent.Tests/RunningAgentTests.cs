using System.Globalization;
using System.Net.Sockets;
using Huatuo.Agent.Runtime;

namespace Huatuo.Agent.Tests;

/// <summary>What the doctor tells of the agent that runs, here of this process.</summary>
public sealed class RunningAgentTests : IDisposable
{
    // CAP_BPF, CAP_PERFMON and CAP_CHOWN.
    private const string Status = "Name:\thuatuo\nCapEff:\t000000c000000001\nCapBnd:\t0\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-doctor-").FullName;

    private string SocketPath => Path.Combine(_folder, "huatuo.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Its_capabilities_are_those_of_the_process_that_listens()
    {
        using Socket listener = Listen();
        RunningAgent agent = RunningAgent.Find(SocketPath);
        Assert.Equal(Environment.ProcessId, agent.Process);
        string process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Assert.Equal([$"process {process}: listens on {SocketPath}", $"capabilities unknown: {_folder}/{process}/status does not tell them"], Told(agent));
        Directory.CreateDirectory(Path.Combine(_folder, process));
        File.WriteAllText(Path.Combine(_folder, process, "status"), Status);
        string[] told = Told(agent);
        Assert.Contains("CAP_BPF yes: loads BPF programs", told);
        Assert.Contains("CAP_SYSLOG no: names kernel functions, and reads the kernel log", told);
        Assert.Equal("others 1: allowed and not used; it could not give them up", told[^1]);
        Assert.Equal(Privileges.Used.Count + 2, told.Length);
    }

    [Fact]
    public void Where_none_runs_it_says_so()
    {
        string[] none = [$"process no: no agent listens on {SocketPath} (api.socket)"];
        Assert.Equal(none, Told(RunningAgent.Find(SocketPath)));
        // As one that was killed leaves it.
        File.WriteAllText(SocketPath, "");
        Assert.Equal(none, Told(RunningAgent.Find(SocketPath)));
        Assert.Equal(["process unknown: an agent is found by its Unix socket, which api.socket switches off"], Told(RunningAgent.Find("")));
        Assert.StartsWith("process unknown: ", Assert.Single(Told(RunningAgent.Find(new string('x', 500)))), StringComparison.Ordinal);
    }

    private string[] Told(RunningAgent agent) => [.. agent.Describe(_folder).Select(feature => $"{feature.Name} {feature.Value}: {feature.Note}")];

    private Socket Listen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(SocketPath));
        socket.Listen();
        return socket;
    }
}
