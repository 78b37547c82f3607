using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Tracers.Tests;

/// <summary>Containers over a made-up tree: of the unified hierarchy, or of one for each controller.</summary>
internal sealed class ContainerStand : IDisposable
{
    /// <summary>The network namespace of the host.</summary>
    internal const uint HostNetns = 100;

    private static readonly string[] Controllers = ["cpu", "cpuacct", "memory", "blkio"];
    private readonly CollectorStand _stand = new();
    private readonly ContainerRegistry _registry;

    internal ContainerStand(bool isV1)
    {
        string folder = Path.Combine(_stand.Root, "sys/fs/cgroup");
        _stand.Write("proc/self/mountinfo", isV1
            ? string.Concat(Controllers.Select(controller => $"30 24 0:26 / {folder}/{controller} rw - cgroup cgroup rw,{controller}\n"))
            : $"30 24 0:26 / {folder} rw - cgroup2 cgroup2 rw\n");
        _stand.Link("proc/1/ns/net", $"net:[{HostNetns}]");
        _registry = new ContainerRegistry(None, CgroupMounts.Load(Path.Combine(_stand.Root, "proc")));
    }

    internal TracerServices Services => _stand.Services with { Containers = _registry };

    internal string Root => _stand.Root;

    /// <summary>The id of a container by its letter.</summary>
    internal static string Id(char letter) => new(letter, 64);

    /// <summary>Makes a container with files of its cgroup.</summary>
    /// <param name="letter">Its id.</param>
    /// <param name="files">Each with its controller, on v1, before it: <c>cpu/cpu.stat</c>.</param>
    internal ContainerStand Add(char letter, params (string File, string Content)[] files)
    {
        _registry.Exists(letter, PathOf(letter));
        foreach ((string file, string content) in files)
        {
            string[] parts = file.Split('/');
            _stand.Write(parts.Length == 2 ? $"sys/fs/cgroup/{parts[0]}{PathOf(letter)}/{parts[1]}" : $"sys/fs/cgroup{PathOf(letter)}/{file}", content);
        }
        return this;
    }

    /// <summary>Its first process, with the files of its network namespace.</summary>
    internal ContainerStand Began(char letter, int pid, uint netns, DateTimeOffset start, params (string File, string Content)[] files)
    {
        string folder = "proc/" + pid.ToString(CultureInfo.InvariantCulture);
        _stand.Link(folder + "/ns/net", $"net:[{netns}]");
        foreach ((string file, string content) in files)
            _stand.Write($"{folder}/net/{file}", content);
        _registry.Began(_registry.Find(Id(letter))!, new ContainerInit(pid, netns, 0, start));
        return this;
    }

    /// <summary>Its cgroup is removed.</summary>
    internal void End(char letter)
    {
        _registry.Removed(letter, PathOf(letter));
        foreach (string folder in Directory.GetDirectories(Root, Id(letter), SearchOption.AllDirectories))
            Directory.Delete(folder, recursive: true);
    }

    internal ContainerStand Write(string path, string content)
    {
        _stand.Write(path, content);
        return this;
    }

    internal ContainerStand Link(string path, string target)
    {
        _stand.Link(path, target);
        return this;
    }

    /// <summary>A run that can be asked several times; ids are shortened to their letter, and only families of containers shown.</summary>
    internal Func<string> Start(MetricTracerDefinition definition, params string[] settings)
    {
        Func<string> scrape = _stand.Start(definition, Services, settings);
        return () => string.Join('\n', scrape().Split('\n').Where(line => line.Contains("container_id", StringComparison.Ordinal)).Select(Shorten));
    }

    internal string Scrape(MetricTracerDefinition definition, params string[] settings) => Start(definition, settings)();

    public void Dispose() => _stand.Dispose();

    private static string PathOf(char letter) => "/docker/" + Id(letter);

    private static string Shorten(string line)
    {
        for (char letter = 'a'; letter <= 'f'; letter++)
            line = line.Replace(Id(letter), letter.ToString(), StringComparison.Ordinal);
        return line;
    }

    private static bool None(ulong id, [NotNullWhen(true)] out string? path) => (path = null) is not null;
}
