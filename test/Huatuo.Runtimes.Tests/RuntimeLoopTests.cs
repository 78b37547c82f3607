using Huatuo.Flow.Containers;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Runtimes.Tests;

public sealed class RuntimeLoopTests : IDisposable
{
    private static readonly string s_a = new('a', 64), s_b = new('b', 64);
    private readonly FakeTimeProvider _time = new();
    private readonly Fleet _fleet = new();
    private readonly Scripted _runtime = new();
    private readonly List<string> _log = [];

    public void Dispose() => _runtime.Dispose();

    private RuntimeLoop Start() => new(_runtime, _fleet, _time, line =>
    {
        lock (_log)
            _log.Add(line);
    });

    // The loop waits by the made-up clock: it is moved on until what is awaited has come.
    private async Task UntilAsync(Func<bool> condition, TimeSpan step)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            _time.Advance(step);
            await Task.Delay(5, guard.Token);
        }
    }

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task It_asks_at_the_start_and_when_a_container_appears()
    {
        Container first = _fleet.Add(s_a);
        _runtime.Answer = () => new() { [s_a] = new ContainerNames { Name = "one" } };
        await using RuntimeLoop loop = Start();
        await UntilAsync(() => first.Names.Name == "one", s_tick);
        Assert.Equal((true, 1L, 0L), (loop.IsUp, loop.Answers, loop.Failures));

        _runtime.Answer = () => new() { [s_b] = new ContainerNames { Name = "two" } };
        Container second = _fleet.Add(s_b);
        await UntilAsync(() => second.Names.Name == "two", s_tick);
        Assert.Equal("one", first.Names.Name);
        Assert.Equal(2, loop.Answers);
    }

    [Fact]
    public async Task Nobody_is_asked_while_there_is_no_container()
    {
        _runtime.Answer = () => throw new RuntimeException("not yet");
        await using RuntimeLoop loop = Start();
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((false, 0L, 0L), (loop.IsUp, loop.Answers, loop.Failures));
        _runtime.Answer = () => new() { [s_a] = new ContainerNames { Name = "one" } };
        Container first = _fleet.Add(s_a);
        await UntilAsync(() => first.Names.Name == "one", s_tick);
        Assert.Equal((true, 1L, 0L), (loop.IsUp, loop.Answers, loop.Failures));
    }

    [Fact]
    public async Task One_that_nobody_names_is_asked_for_a_few_times_and_then_with_all_the_others()
    {
        _fleet.Add(s_a);
        _runtime.Answer = () => [];
        await using RuntimeLoop loop = Start();
        await UntilAsync(() => loop.Answers == 4, s_tick);
        long since = _time.GetTimestamp();
        await UntilAsync(() => loop.Answers == 5, TimeSpan.FromSeconds(10));
        Assert.True(_time.GetElapsedTime(since) > TimeSpan.FromMinutes(4));
    }

    [Fact]
    public async Task One_that_fails_is_asked_after_a_time_that_grows_and_said_once()
    {
        _fleet.Add(s_b);
        _runtime.Answer = () => new() { [s_b] = new ContainerNames { Name = "two" } };
        await using RuntimeLoop loop = Start();
        await UntilAsync(() => loop.IsUp, s_tick);
        List<long> times = [];
        _runtime.Answer = () =>
        {
            times.Add(_time.GetTimestamp());
            throw new RuntimeException("broken pipe");
        };
        _fleet.Add(s_a);
        await UntilAsync(() => loop.Failures == 9, TimeSpan.FromMilliseconds(250));
        Assert.False(loop.IsUp);
        // The first is asked again at once: 1 s, 2 s, 4 s and so on lie behind the second.
        double[] waits = [.. times.Zip(times.Skip(1), (one, next) => _time.GetElapsedTime(one, next).TotalSeconds).Skip(1)];
        for (int i = 0; i < waits.Length; i++)
            Assert.InRange(waits[i], Math.Pow(2, i), Math.Pow(2, i) + 30);
        Assert.Equal(["docker does not answer: broken pipe"], _log);
        _runtime.Answer = () => [];
        await UntilAsync(() => loop.IsUp, TimeSpan.FromSeconds(10));
        Assert.Equal(["docker does not answer: broken pipe", "docker answers again"], _log);
    }

    [Fact]
    public async Task One_that_hangs_is_left_and_asked_again()
    {
        Container container = _fleet.Add(s_a);
        _runtime.Hangs = true;
        await using RuntimeLoop loop = Start();
        await UntilAsync(() => loop.Failures == 2, TimeSpan.FromSeconds(1));
        _runtime.Answer = () => new() { [s_a] = new ContainerNames { Name = "one" } };
        _runtime.Hangs = false;
        await UntilAsync(() => container.Names.Name == "one", TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task One_that_is_not_there_is_asked_as_soon_as_it_is()
    {
        _fleet.Add(s_a);
        _runtime.Absent = "no socket";
        _runtime.Answer = () => [];
        await using RuntimeLoop loop = Start();
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((false, 0L, 0L), (loop.IsUp, loop.Answers, loop.Failures));
        _runtime.Absent = null;
        await UntilAsync(() => loop.IsUp, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_fault_of_its_own_is_a_failure_like_another()
    {
        _fleet.Add(s_a);
        _runtime.Answer = () => throw new InvalidOperationException("bad text");
        await using RuntimeLoop loop = Start();
        await UntilAsync(() => loop.Failures == 3, s_tick);
    }

    private sealed class Scripted : IRuntime
    {
        public Func<Dictionary<string, ContainerNames>> Answer { get; set; } = () => [];

        public bool Hangs { get; set; }

        public string? Absent { get; set; }

        public string Name => "docker";

        public NameSource Source => NameSource.Runtime;

        public async Task<IReadOnlyDictionary<string, ContainerNames>> ListAsync(CancellationToken stop)
        {
            // One that does not even hear that it shall stop.
            if (Hangs)
                await new TaskCompletionSource().Task;
            return Answer();
        }

        public void Dispose()
        {
        }
    }

    private sealed class Fleet : IContainers
    {
        private readonly List<Container> _all = [];
        private IContainerObserver? _observer;

        public IReadOnlyList<Container> Live
        {
            get
            {
                lock (_all)
                    return [.. _all];
            }
        }

        public IReadOnlyList<Container> Known => Live;

        internal Container Add(string id)
        {
            Container container = Cgroup.Of("/docker/" + id).Container!;
            lock (_all)
                _all.Add(container);
            _observer?.Appeared(container);
            return container;
        }

        public Container? Find(string id) => Live.FirstOrDefault(container => container.Id == id);

        public string? Folder(Container container, string controller) => null;

        public IDisposable Observe(IContainerObserver observer)
        {
            _observer = observer;
            return new MemoryStream();
        }
    }
}
