using System.Diagnostics;
using Huatuo.Bpf.Rings;

namespace Huatuo.Bpf.Tests.Rings;

public sealed class RingPumpTests : IDisposable
{
    private readonly RingPump _pump = new(TimeProvider.System);
    private readonly List<FakeRing> _rings = [];

    private static Action<Exception> NoFault => fault => Assert.Fail(fault.ToString());

    public void Dispose()
    {
        _pump.Dispose();
        foreach (FakeRing ring in _rings)
            ring.Dispose();
    }

    private FakeRing Ring(TimeSpan? idlePoll = null)
    {
        var ring = new FakeRing { IdlePoll = idlePoll ?? TimeSpan.FromHours(1) };
        _rings.Add(ring);
        return ring;
    }

    private Task Add(FakeRing ring, IRecordHandler handler, Func<Task>? prepare = null) =>
        Soon.Of(_pump.AddAsync(ring, handler, NoFault, prepare));

    /// <summary>Returns after the pump ran commands and looked at every ring that it reads: the look at the second record ends the pass of the first.</summary>
    private async Task RoundTrip()
    {
        FakeRing probe = Ring();
        var recorder = new Recorder();
        await Add(probe, recorder);
        for (int record = 0; record < 2; record++)
        {
            probe.Put(record);
            await recorder.NextAsync();
        }
        await Soon.Of(_pump.DrainAndRemoveAsync(probe));
    }

    [Fact]
    public async Task EveryRingIsReadInOrder()
    {
        FakeRing[] rings = [Ring(), Ring(), Ring()];
        Recorder[] recorders = [new(), new(), new()];
        for (int i = 0; i < 3; i++)
            await Add(rings[i], recorders[i]);
        for (int record = 0; record < 300; record++)
            rings[record % 3].Put(record);
        for (int record = 0; record < 300; record++)
            Assert.Equal(record, await recorders[record % 3].NextAsync());
        Assert.All(rings, ring => Assert.True(ring.IsEmpty));
    }

    [Fact]
    public async Task RecordsThatLieInARingAlreadyAreTakenWhenItIsAdded()
    {
        FakeRing ring = Ring();
        var recorder = new Recorder();
        ring.Put(1, wake: false);
        await Add(ring, recorder);
        Assert.Equal(1, await recorder.NextAsync());
    }

    [Fact]
    public async Task ASecondLookFindsWhatCameWithoutAWakeUp()
    {
        FakeRing ring = Ring();
        var recorder = new Recorder(record =>
        {
            if (record < 5)
                ring.Put(record + 1, wake: false);
        });
        await Add(ring, recorder);
        ring.Put(1);
        for (int record = 1; record <= 5; record++)
            Assert.Equal(record, await recorder.NextAsync());
    }

    [Fact]
    public async Task CatchingUpHandsOverWhatIsThereAndWaitsForRingsBeingPrepared()
    {
        FakeRing ring = Ring(), other = Ring();
        Recorder recorder = new(), late = new();
        var prepared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Add(ring, recorder);
        await Add(other, late, () => prepared.Task);
        // More than a share.
        for (int record = 0; record < 1000; record++)
            ring.Put(record, wake: false);
        await Soon.Of(_pump.CatchUpAsync());
        Assert.Equal(1000, recorder.Taken.Count);

        other.Put(1, wake: false);
        Task caughtUp = _pump.CatchUpAsync();
        await RoundTrip();
        Assert.False(caughtUp.IsCompleted);
        prepared.SetResult();
        await Soon.Of(caughtUp);
        Assert.Equal([1], late.Taken);
    }

    [Fact]
    public async Task AnIdleRingIsLookedAtAsOftenAsItAsks()
    {
        FakeRing ring = Ring(TimeSpan.FromMilliseconds(5));
        var recorder = new Recorder();
        var slept = new TaskCompletionSource();
        await Add(ring, recorder);
        ring.Drained = drains => _ = drains > 20 && slept.TrySetResult();
        await Soon.Of(slept.Task);
        ring.Put(1, wake: false);
        Assert.Equal(1, await recorder.NextAsync());
    }

    [Fact]
    public async Task CommandsLeaveNoWakeUpBehindThatKeepsThePumpFromSleeping()
    {
        TimeSpan idle = TimeSpan.FromMilliseconds(4);
        FakeRing ring = Ring(idle), other = Ring();
        await Add(ring, new Recorder());
        for (int trial = 0; trial < 60; trial++)
        {
            ring.Hot = true;
            for (int i = 0; i < 20; i++)
                await Soon.Of(_pump.DrainAndRemoveAsync(other));
            ring.Hot = false;
            var slept = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            int first = ring.Drains;
            long before = Stopwatch.GetTimestamp();
            ring.Drained = drains => _ = drains >= first + 8 && slept.TrySetResult();
            await Soon.Of(slept.Task);
            // Of the eight looks at least two are after a whole idle time.
            Assert.True(Stopwatch.GetElapsedTime(before) >= 2 * idle, $"trial {trial}: the pump does not sleep");
        }
    }

    [Fact]
    public async Task AFailingRingIsReportedOnceAndTheOthersGoOn()
    {
        FakeRing bad = Ring(), good = Ring();
        var failures = new List<Exception>();
        var failed = new TaskCompletionSource();
        var recorder = new Recorder();
        await Soon.Of(_pump.AddAsync(bad, new Recorder(), fault =>
        {
            failures.Add(fault);
            failed.TrySetResult();
        }));
        await Add(good, recorder);
        bad.Fault = new InvalidDataException("damaged");
        bad.Put(1);
        await Soon.Of(failed.Task);
        int drains = bad.Drains;
        bad.Put(2);
        good.Put(3);
        Assert.Equal(3, await recorder.NextAsync());
        await RoundTrip();
        Assert.Equal([bad.Fault], failures);
        Assert.Equal(drains, bad.Drains);
        await Soon.Of(_pump.DrainAndRemoveAsync(bad));
    }

    [Fact]
    public async Task AHandlerThatThrowsIsAFailureOfItsRing()
    {
        FakeRing bad = Ring(), good = Ring();
        var failed = new TaskCompletionSource<Exception>();
        var recorder = new Recorder();
        await Soon.Of(_pump.AddAsync(bad, new Recorder(_ => throw new InvalidOperationException("no")), failed.SetResult));
        await Add(good, recorder);
        bad.Put(1);
        Assert.Equal("no", (await Soon.Of(failed.Task)).Message);
        good.Put(2);
        Assert.Equal(2, await recorder.NextAsync());
    }

    [Fact]
    public async Task RecordsWaitUntilTheirHandlerIsPrepared()
    {
        FakeRing gated = Ring(), open = Ring();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var early = new List<int>();
        int prepared = 0;
        var waiting = new Recorder(record =>
        {
            if (!gate.Task.IsCompleted)
                early.Add(record);
        });
        var recorder = new Recorder();
        await Add(gated, waiting, () =>
        {
            prepared++;
            asked.TrySetResult();
            return gate.Task;
        });
        await Add(open, recorder);
        await RoundTrip();
        Assert.Equal(0, prepared);
        gated.Put(1);
        await Soon.Of(asked.Task);
        gated.Put(2);
        open.Put(3);
        Assert.Equal(3, await recorder.NextAsync());
        await RoundTrip();
        Assert.Empty(waiting.Taken);
        gate.SetResult();
        Assert.Equal(1, await waiting.NextAsync());
        Assert.Equal(2, await waiting.NextAsync());
        gated.Put(4);
        Assert.Equal(4, await waiting.NextAsync());
        Assert.Empty(early);
        Assert.Equal(1, prepared);
    }

    [Fact]
    public async Task APreparationThatFailsHoldsUpNothing()
    {
        FakeRing broken = Ring(), other = Ring();
        Recorder recorder = new(), beside = new();
        await Add(broken, recorder, () => throw new InvalidOperationException("no symbols"));
        await Add(other, beside);
        broken.Put(1);
        other.Put(2);
        Assert.Equal(2, await beside.NextAsync());
        Assert.Equal(1, await recorder.NextAsync());
    }

    [Fact]
    public async Task AfterTheEndNothingIsTakenOn()
    {
        FakeRing ring = Ring();
        _pump.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Add(ring, new Recorder()));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _pump.DrainAndRemoveAsync(ring));
    }

    [Fact]
    public async Task RemovingEmptiesTheRingFirst()
    {
        FakeRing ring = Ring(), gated = Ring();
        Recorder recorder = new(), waiting = new();
        await Add(ring, recorder);
        await Add(gated, waiting, () => new TaskCompletionSource().Task);
        for (int record = 0; record < 1000; record++)
        {
            ring.Put(record, wake: false);
            gated.Put(record, wake: false);
        }
        await Soon.Of(_pump.DrainAndRemoveAsync(ring));
        await Soon.Of(_pump.DrainAndRemoveAsync(gated));
        Assert.Equal(Enumerable.Range(0, 1000), recorder.Taken);
        Assert.Equal(Enumerable.Range(0, 1000), waiting.Taken);
        ring.Put(1000);
        await RoundTrip();
        Assert.Equal(1000, recorder.Taken.Count);
        await Soon.Of(_pump.DrainAndRemoveAsync(ring));
    }

    [Fact]
    public async Task AFloodDoesNotHoldUpARareRecord()
    {
        FakeRing flood = Ring(), rare = Ring();
        int seen = 0, sentAt = 0, takenAt = 0;
        var flooding = new Recorder(record =>
        {
            seen++;
            if (takenAt == 0)
                flood.Put(record);
            if (seen == 5000)
            {
                sentAt = seen;
                rare.Put(1, wake: false);
            }
        });
        var recorder = new Recorder(_ => takenAt = seen);
        for (int record = 0; record < 1000; record++)
            flood.Put(record);
        // The other way round the flood may be at 5000 before the rare ring is read at all.
        await Add(rare, recorder);
        await Add(flood, flooding);
        await recorder.NextAsync();
        Assert.InRange(takenAt - sentAt, 0, 512);
    }

    [Fact]
    public async Task ARingThatCannotFollowTheCpusEndsAloneAndIsToldOf()
    {
        FakeRing broken = Ring(TimeSpan.FromMilliseconds(1)), other = Ring();
        broken.RefreshFault = new IOException("too many files");
        var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var recorder = new Recorder();
        await Add(other, recorder);
        await Soon.Of(_pump.AddAsync(broken, new Recorder(), told.SetResult));
        Assert.Same(broken.RefreshFault, await Soon.Of(told.Task));
        other.Put(1);
        Assert.Equal(1, await recorder.NextAsync());
        int drains = broken.Drains;
        await RoundTrip();
        Assert.Equal(drains, broken.Drains);
    }

    [Fact]
    public async Task DisposingEndsTheThread()
    {
        Thread? thread = null;
        using var ring = new FakeRing { IdlePoll = TimeSpan.FromMilliseconds(1) };
        var recorder = new Recorder(_ => thread = Thread.CurrentThread);
        var pump = new RingPump(TimeProvider.System);
        await Soon.Of(pump.AddAsync(ring, recorder, NoFault));
        ring.Put(1);
        await recorder.NextAsync();
        Assert.Equal("huatuo-pump", thread!.Name);
        pump.Dispose();
        Assert.False(thread.IsAlive);
        int drains = ring.Drains;
        ring.Put(2);
        pump.Dispose();
        Assert.Equal(drains, ring.Drains);
    }
}
