using System.Text;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Enrich;

namespace Huatuo.Docs.Tests.Fields;

/// <summary>Made-up events of known identity.</summary>
internal static class Who
{
    private static readonly string ContainerPath = "/kubepods/burstable/podu-1/" + new string('a', 64);

    /// <summary>In task context, in a container of which everything is known.</summary>
    public static EventWho Task
    {
        get
        {
            var cgroup = Cgroup.Of(ContainerPath);
            cgroup.Container!.Tell(NameSource.Kubelet, new ContainerNames
            {
                Name = "web",
                Hostname = "web-0",
                Type = "normal",
                PodName = "web-0",
                PodNamespace = "shop",
                Image = "shop/web:1",
                PodLabels = [new("app", "web")],
            });
            return new(Header(EventContext.Task), cgroup);
        }
    }

    /// <summary>In a softirq, of a network namespace that a container owns.</summary>
    public static EventWho Softirq => new(Header(EventContext.Softirq), Cgroup.Of(ContainerPath));

    private static EventHeader Header(EventContext context)
    {
        var header = new EventHeader
        {
            MonotonicNs = 1,
            CgroupId = 7,
            MemoryCgroupCss = 0xffff_8880_0000_1000,
            NetnsCookie = 3,
            NetnsInum = 4026531840,
            Tgid = 100,
            Tid = 101,
            Context = (uint)context,
        };
        Encoding.UTF8.GetBytes("curl", header.Comm);
        return header;
    }
}
