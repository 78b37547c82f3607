using System.Text;
using System.Text.Json;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;

namespace Huatuo.Flow.Tests.Tracing;

public sealed class EventOutputTests
{
    private readonly struct Numbered(long number) : IEventFields
    {
        public void Write<TWriter>(ref TWriter writer)
            where TWriter : IFieldWriter, allows ref struct
        {
            writer.Number("number"u8, number);
            if (number < 0)
                throw new InvalidOperationException("a fault");
        }
    }

    private sealed class Sink(string name) : IEventSink, IEventChannel
    {
        public string Name => name;

        internal List<string> Documents { get; } = [];

        internal (string Tracer, SinkLedger Ledger) Opened { get; private set; }

        public IEventChannel Open(string tracer, SinkLedger ledger)
        {
            Opened = (tracer, ledger);
            return this;
        }

        public void Accept(ReadOnlySpan<byte> document) => Documents.Add(Encoding.UTF8.GetString(document));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static readonly string s_id = new('c', 64);

    [Fact]
    public void OtherRulesHoldFromTheNextEventOnAndEachIsCountedUnderItsName()
    {
        Rule Named(string name, string number) => new(name, "t", true, [], [new FieldCondition("number", FieldOperator.Is, [number])]);
        var ledger = new TracerLedger("t", ["one", "two"], []);
        var encoder = new DocumentEncoder(new Origin("h", ""), "t", "event", new KernelClock(clock => 0), new EventId(0));
        var output = new EventOutput(ledger, new RuleSet("t", [Named("one", "1"), Named("two", "2")]), encoder, []);
        void Emit()
        {
            foreach (long number in new[] { 1L, 2, 3 })
                output.Emit(400, null, StackText.None, new Numbered(number));
        }
        Emit();
        output.Replace(new RuleSet("t", [Named("three", "3"), Named("two", "2")]));
        Emit();
        output.Replace(new RuleSet("t", [Named("two", "1")]));
        Emit();
        Assert.Equal(["one 1", "two 3", "three 1"], ledger.Rules.Select((rule, i) => $"{rule} {ledger.Ignored(i)}"));
        Assert.Equal(ledger.Decoded, ledger.Rules.Select((_, i) => ledger.Ignored(i)).Sum() + ledger.Accepted);
    }

    [Fact]
    public void NamesOfEndlesslyManyRulesAreCountedAsOne()
    {
        var ledger = new TracerLedger("t", [], []);
        for (int i = 0; i < 1000; i++)
            ledger.CountersOf([$"rule{i}", $"another{i}"])[0].Count();
        Assert.Equal(257, ledger.Rules.Count);
        Assert.Equal(("other", 1000 - 128), (ledger.Rules[256], ledger.Ignored(256)));
    }

    [Fact]
    public void EventsGoThroughRulesToEverySinkAndAreCounted()
    {
        var rules = new RuleSet("t",
        [
            new Rule("never", "t", true, [new FunctionCondition(["nothing"])], []),
            new Rule("two", "t", true, [], [new FieldCondition("number", FieldOperator.Is, ["2"])]),
        ]);
        Sink[] sinks = [new("file"), new("other")];
        var ledger = new TracerLedger("t", ["never", "two"], ["file", "other"]);
        var encoder = new DocumentEncoder(new Origin("h\"ost", "r"), "t", "event", new KernelClock(clock => clock == 0 ? 2_000_000_000 : 500), new EventId(0));
        var output = new EventOutput(ledger, rules, encoder, sinks);
        var container = Cgroup.Of($"/docker/{s_id}").Container;
        foreach (long number in new[] { 1L, 2, -1, 3 })
            output.Emit(400, number == 3 ? container : null, StackText.None, new Numbered(number));

        Assert.Equal((4L, 0L, 1L, 1L, 2L), (ledger.Decoded, ledger.Ignored(0), ledger.Ignored(1), ledger.Dropped(DropStage.Encode), ledger.Accepted));
        Assert.Equal(sinks[0].Documents, sinks[1].Documents);
        Assert.Equal(2, sinks[0].Documents.Count);
        Assert.Equal(("t", ledger.Sinks[0]), sinks[0].Opened);
        Assert.Equal(("t", ledger.Sinks[1]), sinks[1].Opened);
        Assert.Equal(
            """{"id":"00000000-07d0-7000-8000-000000000001","hostname":"h\"ost","region":"r","time":"1970-01-01T00:00:02.000000000Z","uploaded_time":"1970-01-01T00:00:02.000000000Z","tracer_time":"1970-01-01T00:00:02.000000000Z","observed_timestamp":"1970-01-01T00:00:01.999999900Z","tracer_name":"t","tracer_id":"00000000-07d0-7000-8000-000000000001","tracer_type":"event","tracer_data":{"observed_timestamp":"1970-01-01T00:00:01.999999900Z","number":1}}""",
            sinks[0].Documents[0]);
        using var last = JsonDocument.Parse(sinks[0].Documents[1]);
        Assert.Equal((s_id, 3), (last.RootElement.GetProperty("container_id").GetString(), last.RootElement.GetProperty("tracer_data").GetProperty("number").GetInt32()));
    }
}
