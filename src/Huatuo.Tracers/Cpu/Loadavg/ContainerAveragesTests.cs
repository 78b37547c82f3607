using Huatuo.Flow.Containers;
using Huatuo.Tracers.Tests;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>Load averages of containers whose tasks the test counts, by its own clock.</summary>
public sealed class ContainerAveragesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ContainerStand _stand = new(isV1: false);
    private readonly Dictionary<Container, TaskCounts> _tasks = [];
    private readonly ContainerAverages _averages;
    private bool _isRefused;
    private int _counted;

    public ContainerAveragesTests() => _averages = new ContainerAverages(_stand.Services.Containers, Count, _time);

    public void Dispose() => _stand.Dispose();

    [Fact]
    public void A_steady_number_of_tasks_is_come_to_as_the_formula_says()
    {
        Container container = Begin('a', new TaskCounts(3, 1));
        for (int look = 1; look <= 180; look++)
        {
            Look(ContainerAverages.Period);
            LoadAverages loads = _averages.Of(container)!;
            Assert.Equal(4 * (1 - Math.Exp(-look / 12.0)), loads.One.Value, 0.02);
            // The kernel's EXP_5 and EXP_15 are rounded: to 34 of 34.1 parts, and to 11 of 11.3.
            Assert.Equal(4 * (1 - Math.Exp(-look / 60.0)), loads.Five.Value, 0.05);
            Assert.Equal(4 * (1 - Math.Exp(-look / 180.0)), loads.Fifteen.Value, 0.1);
        }
    }

    [Fact]
    public void A_look_that_comes_too_soon_is_none_and_one_that_is_late_is_one()
    {
        Container container = Begin('a', new TaskCounts(2, 0));
        Look(ContainerAverages.Period / 4);
        Assert.Null(_averages.Of(container));
        Look(ContainerAverages.Period);
        ulong one = _averages.Of(container)!.One.Parts;
        Look(ContainerAverages.Period / 4);
        Assert.Equal((1, one), (_counted, _averages.Of(container)!.One.Parts));
    }

    [Fact]
    public void Looks_that_are_missing_invent_no_load()
    {
        Container container = Begin('a', new TaskCounts(5, 0));
        for (int look = 0; look < 12; look++)
            Look(ContainerAverages.Period);
        double before = _averages.Of(container)!.One.Value;
        // A minute in which nobody looked: eleven looks are missing, the twelfth comes.
        Look(TimeSpan.FromMinutes(1));
        Assert.Equal((before * Math.Exp(-11 / 12.0) * 1884 / 2048) + (5 * 164.0 / 2048), _averages.Of(container)!.One.Value, 0.02);
        Look(TimeSpan.FromDays(1));
        Assert.Equal(5 * 164.0 / 2048, _averages.Of(container)!.One.Value, 0.01);
    }

    [Fact]
    public void A_look_that_the_kernel_refuses_is_missing()
    {
        Container container = Begin('a', new TaskCounts(5, 0));
        for (int look = 0; look < 12; look++)
            Look(ContainerAverages.Period);
        double before = _averages.Of(container)!.One.Value;
        _isRefused = true;
        Look(ContainerAverages.Period);
        Assert.Equal(before, _averages.Of(container)!.One.Value);
        _isRefused = false;
        Look(ContainerAverages.Period);
        Assert.Equal((before * 1884 / 2048 * 1884 / 2048) + (5 * 164.0 / 2048), _averages.Of(container)!.One.Value, 0.01);
    }

    [Fact]
    public void Without_containers_nobody_counts_and_nothing_is_missing_after()
    {
        Look(ContainerAverages.Period);
        Look(TimeSpan.FromHours(1));
        Assert.Equal(0, _counted);
        Container container = Begin('a', new TaskCounts(1, 0));
        Look(ContainerAverages.Period);
        Assert.Equal((1, 164UL), (_counted, _averages.Of(container)!.One.Parts));
    }

    [Fact]
    public void One_that_ended_is_forgotten_and_one_that_comes_begins_at_nothing()
    {
        Container first = Begin('a', new TaskCounts(1, 0));
        Look(ContainerAverages.Period);
        _stand.End('a');
        Container second = Begin('b', new TaskCounts(2, 0));
        Look(ContainerAverages.Period);
        Assert.Null(_averages.Of(first));
        Assert.Equal(2 * 164UL, _averages.Of(second)!.One.Parts);
    }

    private Container Begin(char letter, TaskCounts tasks)
    {
        _stand.Add(letter);
        Container container = _stand.Services.Containers.Find(ContainerStand.Id(letter))!;
        _tasks[container] = tasks;
        return container;
    }

    private void Look(TimeSpan after)
    {
        _time.Advance(after);
        _averages.Look();
    }

    private Dictionary<Container, TaskCounts>? Count()
    {
        _counted++;
        return _isRefused ? null : _tasks;
    }
}
