using Huatuo.Agent.Cli;
using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;
using Huatuo.Linux;
using YamlDotNet.RepresentationModel;

namespace Huatuo.Docs.Tests.Deploy;

/// <summary>The objects for Kubernetes, and what of them the agent, or they among themselves, cannot use.</summary>
internal sealed class Manifest
{
    private static readonly string[] Routes = ["/healthz", "/readyz", "/metrics", "/version"];

    private readonly Dictionary<string, YamlNode> _objects = [];
    private readonly List<string> _faults = [];

    private Manifest(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        foreach (YamlDocument document in stream.Documents)
            _objects.Add(Text(document.RootNode["kind"]), document.RootNode);
    }

    /// <summary>What is wrong; empty when nothing is.</summary>
    public static IReadOnlyList<string> Faults(string text)
    {
        var manifest = new Manifest(text);
        manifest.CheckAccount();
        manifest.CheckPod();
        return manifest._faults;
    }

    private YamlNode Pod => _objects["DaemonSet"]["spec"]["template"]["spec"];

    private YamlNode Container => ((YamlSequenceNode)Pod["containers"]).Single();

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static YamlNode? Member(YamlNode node, string name) => ((YamlMappingNode)node).Children.TryGetValue(new YamlScalarNode(name), out YamlNode? member) ? member : null;

    private static IEnumerable<YamlNode> Items(YamlNode node) => (YamlSequenceNode)node;

    private void Expect(bool holds, string otherwise)
    {
        if (!holds)
            _faults.Add(otherwise);
    }

    private void CheckAccount()
    {
        string space = Text(_objects["Namespace"]["metadata"]["name"]);
        foreach (string kind in (string[])["ServiceAccount", "ConfigMap", "DaemonSet"])
            Expect(Text(_objects[kind]["metadata"]["namespace"]) == space, $"{kind} is in another namespace");
        string account = Text(_objects["ServiceAccount"]["metadata"]["name"]);
        Expect(Text(Pod["serviceAccountName"]) == account, "the pod has another service account");
        YamlNode subject = Items(_objects["ClusterRoleBinding"]["subjects"]).Single();
        Expect((Text(subject["kind"]), Text(subject["name"]), Text(subject["namespace"])) == ("ServiceAccount", account, space), "the role is bound to another account");
        Expect(Text(_objects["ClusterRoleBinding"]["roleRef"]["name"]) == Text(_objects["ClusterRole"]["metadata"]["name"]), "another role is bound");
        YamlNode rule = Items(_objects["ClusterRole"]["rules"]).Single();
        Expect((Text(rule["resources"][0]), Text(rule["verbs"][0])) == ("nodes/proxy", "get"), "the role is not what the kubelet asks for");
        YamlNode selector = _objects["DaemonSet"]["spec"]["selector"]["matchLabels"], labels = _objects["DaemonSet"]["spec"]["template"]["metadata"]["labels"];
        Expect(selector.Equals(labels), "the selector selects other pods");
    }

    private void CheckPod()
    {
        foreach (string flag in (string[])["hostPID", "hostNetwork"])
            Expect(Member(Pod, flag) is { } value && Text(value) == "true", $"the pod lacks {flag}");
        Expect(Text(Container["securityContext"]["privileged"]) == "true", "the container is not privileged");
        Expect(HuatuoCommand.Create().Subcommands.Any(command => command.Name == Text(Items(Container["args"]).Single())), "the arguments are no command");

        string file = $"{Text(_objects["ConfigMap"]["metadata"]["name"])} of the ConfigMap";
        var diagnostics = new Diagnostics();
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Text(_objects["ConfigMap"]["data"]["huatuo.yaml"]));
            AgentConfig config = SharedOptions.Load(path, [], diagnostics);
            _faults.AddRange(diagnostics.Errors.Select(error => $"{file}: {error.ToString().Replace(path, "huatuo.yaml", StringComparison.Ordinal)}"));
            CheckProbes(config.Options.Listen.Port);
            CheckMounts(config);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private void CheckProbes(int listens)
    {
        YamlNode port = Items(Container["ports"]).Single();
        Expect(Text(port["containerPort"]) == $"{listens}", $"the port is not that of listen, {listens}");
        Expect(Text(_objects["DaemonSet"]["spec"]["template"]["metadata"]["annotations"]["prometheus.io/port"]) == $"{listens}", $"the annotation's port is not that of listen, {listens}");
        foreach (string probe in (string[])["startupProbe", "livenessProbe"])
        {
            YamlNode get = Container[probe]["httpGet"];
            Expect(Routes.Contains(Text(get["path"])), $"{probe}: there is no {Text(get["path"])}");
            Expect(Text(get["port"]) == Text(port["name"]), $"{probe}: there is no port {Text(get["port"])}");
        }
    }

    private void CheckMounts(AgentConfig config)
    {
        // What the agent reads or writes, as configured, and what it does not let be configured.
        List<string> used = [.. config.Effective.SelectMany(option => option.Value.Trim('[', ']').Split(", ")).Where(value => value.StartsWith('/')), SharedOptions.DefaultFile, SystemRoots.Host.Sys, SystemRoots.Host.Sys + "/fs/cgroup", Path.GetTempPath()];
        Dictionary<string, YamlNode> volumes = Items(Pod["volumes"]).ToDictionary(volume => Text(volume["name"]));
        Dictionary<string, string> mounts = Items(Container["volumeMounts"]).ToDictionary(mount => Text(mount["mountPath"]), mount => Text(mount["name"]));
        foreach ((string mount, string name) in mounts)
        {
            Expect(used.Exists(path => (path.TrimEnd('/') + "/").StartsWith(mount + "/", StringComparison.Ordinal)), $"{mount} is mounted, and nothing of it is used");
            Expect(volumes.ContainsKey(name), $"there is no volume {name}");
            if (volumes.TryGetValue(name, out YamlNode? volume) && Member(volume, "hostPath") is { } host)
                Expect(Text(host["path"]) == mount, $"{mount} is {Text(host["path"])} of the node");
        }
        foreach (string unused in volumes.Keys.Except(mounts.Values))
            _faults.Add($"the volume {unused} is not mounted");
        string[] needed = [config.Options.DataDir, Path.GetDirectoryName(SharedOptions.DefaultFile)!, Path.GetDirectoryName(config.Options.Runtimes.Containerd)!, SystemRoots.Host.Sys, SystemRoots.Host.Sys + "/fs/cgroup"];
        foreach (string path in needed.Except(mounts.Keys))
            _faults.Add($"{path} is not mounted");
    }
}
