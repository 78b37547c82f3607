using Huatuo.Flow.Containers;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Tests.Filter;

namespace Huatuo.Flow.Tests.Containers;

public sealed class ContainerTests
{
    private const string Uid = "1f2e3d4c-5b6a-7988-1122-334455667788";
    private static readonly string s_a = new('a', 64);

    private static Container Make() => Cgroup.Of($"/kubepods/burstable/pod{Uid}/{s_a}").Container!;

    private static string Fields(Container container) => Json.Of((ref writer) => container.Write(ref writer));

    [Fact]
    public void The_path_alone_tells_class_and_pod() => Assert.Equal(
        $$"""{"container_id":"{{s_a}}","container_qos":"burstable","pod_uid":"{{Uid}}"}""", Fields(Make()));

    [Fact]
    public void All_fields_in_order()
    {
        Container container = Make();
        container.Tell(NameSource.Kernel, new ContainerNames { Hostname = "from-kernel" });
        container.Tell(NameSource.Kubelet, new ContainerNames { Qos = "guaranteed", PodLabels = [new("app", "web"), new("tier/x.y", "\"front\"")] });
        container.Tell(NameSource.Runtime, new ContainerNames
        {
            Name = "web",
            Hostname = "web-0",
            Type = "normal",
            Qos = "besteffort",
            PodName = "web-0",
            PodNamespace = "shop",
            PodUid = "other",
            Image = "shop/web:1",
            PodLabels = [new("app", "less")],
        });
        Assert.Equal(
            $$$"""{"container_id":"{{{s_a}}}","container_name":"web","container_hostname":"web-0","container_host_namespace":"shop","container_type":"normal","container_qos":"guaranteed","pod_name":"web-0","pod_namespace":"shop","pod_uid":"other","container_image":"shop/web:1","pod_labels":{"app":"web","tier/x.y":"\"front\""}}""",
            Fields(container));
        Assert.Equal([NameSource.Kubelet, NameSource.Runtime, NameSource.Kernel, NameSource.Path], container.Sources);
    }

    [Fact]
    public void A_source_that_tells_anew_takes_back_what_it_told()
    {
        Container container = Make();
        container.Tell(NameSource.Runtime, new ContainerNames { Name = "old", Image = "i" });
        container.Tell(NameSource.Runtime, new ContainerNames { Name = "new" });
        Assert.Equal(("new", ""), (container.Names.Name, container.Names.Image));
    }

    [Theory]
    [InlineData("container_name", "web", 0)]
    [InlineData("container_name", "other", -1)]
    [InlineData("pod_labels.tier/x.y", "front", 0)]
    [InlineData("pod_labels.tier/x", "front", -1)]
    [InlineData("container_qos", "burstable", 0)]
    public void Rules_can_ask_for_the_container(string field, string value, int match)
    {
        Container container = Make();
        container.Tell(NameSource.Runtime, new ContainerNames { Name = "web", PodLabels = [new("tier/x.y", "front")] });
        var rules = new RuleSet("t", [new Rule("r", "t", true, [], [new FieldCondition(field, FieldOperator.Is, [value])])]);
        var nothing = new TestEvent("A"u8);
        Assert.Equal(match, rules.FirstMatch(1, nothing, container));
        Assert.Equal(-1, rules.FirstMatch(1, nothing));
    }

    [Fact]
    public void Writing_the_fields_allocates_nothing()
    {
        Container container = Make();
        var json = new Huatuo.Flow.Documents.JsonBuffer();
        var writer = new Huatuo.Flow.Documents.JsonFieldWriter(json);
        container.Write(ref writer);
        json.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();
        container.Write(ref writer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
