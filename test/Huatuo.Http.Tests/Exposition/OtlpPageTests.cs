using Huatuo.Flow.Metrics;
using Huatuo.Http.Exposition;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Http.Tests.Exposition;

public sealed class OtlpPageTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void A_request_has_resource_scope_and_every_kind()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(10));
        var page = new OtlpPage(new OtlpResource("1.2.3", [new Label("host.name", "n1")]), time.GetUtcNow(), time);
        time.Advance(TimeSpan.FromSeconds(5));
        page.Begin();
        page.BeginSource();
        page.Family("a_bytes_total", MetricKind.Counter, "A.");
        page.Sample(7, new Label("text", "é"));
        page.Sample(ulong.MaxValue);
        page.Family("b_seconds", MetricKind.Gauge, "B.");
        page.Sample(-1);
        page.Sample(0.5);
        MetricPage.Mark mark = page.BeginSource();
        page.Family("lost", MetricKind.Gauge, "Lost.");
        page.Sample(1);
        page.Rollback(mark);
        page.Family("c_seconds", MetricKind.Histogram, "C.");
        page.Histogram(new ExponentialHistogram(-3, [4, 0, 300], 2, 7.25)
        {
            ZeroThreshold = 0.125,
            Exemplars = [new Exemplar(0.5, new AcceptedEvent(Guid.Parse("0193684e-7c1f-7abc-8def-0123456789ab"), "oom", 12 * Second))],
        }, new Label("vector", "x"));
        page.Family("d", MetricKind.Gauge, "Empty.");
        page.End();

        string expected = string.Join(
            ' ',
            """1{1{1{1"host.name" 2{1"n1"}}} 2{1{1"huatuo" 2"1.2.3"}""",
            """2{1"a_bytes" 2"A." 3"By" 7{1{2=START 3=NOW 7{1"text" 2{1"é"}} 6=SEVEN} 1{2=START 3=NOW 4=1.8446744073709552E+19} 2:2 3:1}}""",
            """2{1"b_seconds" 2"B." 3"s" 5{1{3=NOW 6=MINUS1} 1{3=NOW 4=0.5}}}""",
            """2{1"c_seconds" 2"C." 3"s" 10{1{2=START 3=NOW 1{1"vector" 2{1"x"}} 4=COUNT 5=7.25 6:6 7=TWO 8{1:7 2"COUNTS"} 11{2=THEN 3=0.5 7{1"event_id" 2{1"0193684e-7c1f-7abc-8def-0123456789ab"}} 7{1"tracer" 2{1"oom"}}} 14=0.125} 2:2}}""",
            """2{1"d" 2"Empty." 5{}}}}""")
            .Replace("START", Fixed(10 * Second), StringComparison.Ordinal)
            .Replace("THEN", Fixed(12 * Second), StringComparison.Ordinal)
            .Replace("NOW", Fixed(15 * Second), StringComparison.Ordinal)
            .Replace("SEVEN", Fixed(7), StringComparison.Ordinal)
            .Replace("MINUS1", Fixed(-1), StringComparison.Ordinal)
            .Replace("COUNTS", @"\u0004\u0000\uFFFD\u0002", StringComparison.Ordinal)
            .Replace("COUNT", Fixed(306), StringComparison.Ordinal)
            .Replace("TWO", Fixed(2), StringComparison.Ordinal);
        // 300 is ac 02 as a number of variable length, and ac alone is no text.
        Assert.Equal(expected, ProtoText.Of(page.Written.Span, IsMessage).Replace("\uFFFD", @"\uFFFD", StringComparison.Ordinal));
    }

    // Eight bytes read as a double, which is how ProtoText shows them.
    private static string Fixed(long value) => BitConverter.Int64BitsToDouble(value).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsMessage(string path) => path is "1" or "1.1" or "1.1.1" or "1.1.1.2" or "1.2" or "1.2.1" or "1.2.2"
        or "1.2.2.5" or "1.2.2.7" or "1.2.2.10" or "1.2.2.5.1" or "1.2.2.7.1" or "1.2.2.10.1"
        or "1.2.2.7.1.7" or "1.2.2.7.1.7.2" or "1.2.2.10.1.1" or "1.2.2.10.1.1.2" or "1.2.2.10.1.8"
        or "1.2.2.10.1.11" or "1.2.2.10.1.11.7" or "1.2.2.10.1.11.7.2";
}
