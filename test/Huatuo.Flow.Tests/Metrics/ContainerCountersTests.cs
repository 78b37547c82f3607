using Huatuo.Flow.Metrics.Kernel;

namespace Huatuo.Flow.Tests.Metrics;

public sealed class ContainerCountersTests
{
    private readonly ContainerCounters<Pair> _counters = new(id => id is >= 10 and < 100 ? $"container-{id / 10}" : null);

    [Fact]
    public void Cgroups_of_a_container_count_together_and_those_of_none_are_left_out()
    {
        _counters.Update([10, 11, 20, 5], [new(1, 2), new(10, 20), new(100, 200), new(1000, 2000)]);
        Assert.Equal(["container-1: 11 22", "container-2: 100 200"], Rows());
        _counters.Update([10, 11, 20, 5], [new(2, 3), new(11, 21), new(101, 201), new(1001, 2001)]);
        Assert.Equal(["container-1: 13 24", "container-2: 101 201"], Rows());
    }

    [Fact]
    public void What_a_cgroup_counted_stays_as_long_as_its_container()
    {
        _counters.Update([10, 11], [new(1, 2), new(10, 20)]);
        _counters.Update([10], [new(3, 4)]);
        Assert.Equal(["container-1: 13 24"], Rows());
        _counters.Update([10], [new(5, 6)]);
        Assert.Equal(["container-1: 15 26"], Rows());
        _counters.Update([], []);
        Assert.Empty(Rows());
        _counters.Update([12], [new(1, 1)]);
        Assert.Equal(["container-1: 1 1"], Rows());
    }

    [Fact]
    public void What_found_no_room_is_other_and_left_out_while_there_is_none()
    {
        _counters.Update([0, 10], [default, new(1, 2)]);
        Assert.Equal(["container-1: 1 2"], Rows());
        _counters.Update([0, 10], [new(7, 8), new(1, 2)]);
        Assert.Equal(["container-1: 1 2", "other: 7 8"], Rows());
    }

    private List<string> Rows()
    {
        List<string> rows = [];
        foreach (ContainerRow<Pair> row in _counters.Rows)
            rows.Add($"{row.Id}: {row.Sum.A} {row.Sum.B}");
        return rows;
    }

    private readonly record struct Pair(ulong A, ulong B);
}
