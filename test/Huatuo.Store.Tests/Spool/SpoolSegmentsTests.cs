using System.Globalization;
using Huatuo.Flow.Ledger;
using Huatuo.Store.Spool;

namespace Huatuo.Store.Tests.Spool;

public sealed class SpoolSegmentsTests : IDisposable
{
    private readonly TemporaryDirectory _folder = SpoolStand.Temporary();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_document_of_a_segment_that_is_given_up_while_it_is_written_is_dropped_once()
    {
        const int tracers = 2000, late = 500;
        for (ulong round = 1; round <= 30; round++)
        {
            SinkLedger[] ledgers = [.. Enumerable.Range(0, tracers + late).Select(_ => new SinkLedger("server"))];
            var accounts = new SinkAccounts("server");
            for (int i = 0; i < ledgers.Length; i++)
                accounts.Open(Tracer(i), ledgers[i]);
            var segments = new SpoolSegments(new SpoolOptions { Directory = _folder.Path, MaxBytes = 1 << 30 }, accounts, TimeProvider.System, _ => { });
            var segment = new Segment(_folder.Path, round);
            segments.Add(segment);
            segments.Publish(segment, 100, Enumerable.Range(0, tracers).Select(i => KeyValuePair.Create(Tracer(i), 1L)));
            using var begun = new Barrier(2);
            Task given = Task.Run(
                () =>
                {
                    begun.SignalAndWait();
                    segments.GiveUp(segment, "is gone");
                },
                TestContext.Current.CancellationToken);
            begun.SignalAndWait(TestContext.Current.CancellationToken);
            for (int i = tracers; i < ledgers.Length; i++)
                segments.Publish(segment, 100 + i, [KeyValuePair.Create(Tracer(i), 1L)]);
            await given;
            Assert.All(ledgers, ledger => Assert.Equal(1, ledger.Dropped(SinkStage.Write)));
            Assert.Equal(0, segments.UnreadBytes);
        }
    }

    private static string Tracer(int number) => number.ToString(CultureInfo.InvariantCulture);
}
