using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Huatuo.Flow.Enrich;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Flow.Tests.Enrich;

public sealed class ReverseDnsTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Channel<(IPAddress Address, TaskCompletionSource<string> Answer)> _asked =
        Channel.CreateUnbounded<(IPAddress, TaskCompletionSource<string>)>();
    private ReverseDns? _dns;

    public async ValueTask DisposeAsync()
    {
        if (_dns is not null)
            await _dns.DisposeAsync();
    }

    private ReverseDns Start(int maxEntries = 100) => _dns = new ReverseDns(
        new ReverseDnsOptions { Enabled = true, Ttl = TimeSpan.FromMinutes(1), MaxEntries = maxEntries }, _time, Resolve);

    private Task<string> Resolve(IPAddress address, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Writer.TryWrite((address, answer));
        return answer.Task.WaitAsync(stop);
    }

    private Task<(IPAddress Address, TaskCompletionSource<string> Answer)> Question() =>
        _asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private string? Name(string address) =>
        _dns!.TryGet(IPAddress.Parse(address).GetAddressBytes(), out ReadOnlySpan<byte> name) ? Encoding.UTF8.GetString(name) : null;

    [Fact]
    public async Task AskingNeverWaitsAndTheAnswerIsForLater()
    {
        Start();
        Assert.Null(Name("192.0.2.1"));
        Assert.Null(Name("192.0.2.1"));
        var (address, answer) = await Question();
        Assert.Equal(IPAddress.Parse("192.0.2.1"), address);
        answer.SetResult("host.example");
        await SymbolSourceTests.Until(() => Name("192.0.2.1") == "host.example");
        Assert.False(_asked.Reader.TryRead(out _));
    }

    [Fact]
    public async Task AnAnswerHoldsForItsTime()
    {
        Start();
        Name("2001:db8::1");
        (await Question()).Answer.SetResult("old");
        await SymbolSourceTests.Until(() => Name("2001:db8::1") == "old");
        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.Equal("old", Name("2001:db8::1"));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(Name("2001:db8::1"));
        (await Question()).Answer.SetResult("new");
        await SymbolSourceTests.Until(() => Name("2001:db8::1") == "new");
    }

    [Fact]
    public async Task AFailureIsRememberedAndTheNextIsAsked()
    {
        Start();
        Exception[] failures = [new SocketException(11), new ArgumentException("an address that is no question")];
        for (int i = 0; i < failures.Length; i++)
        {
            Name($"192.0.2.{i}");
            (await Question()).Answer.SetException(failures[i]);
        }
        Name("192.0.2.100");
        var (address, answer) = await Question();
        Assert.Equal(IPAddress.Parse("192.0.2.100"), address);
        Assert.Null(Name("192.0.2.0"));
        Assert.Null(Name("192.0.2.1"));
        answer.SetResult("192.0.2.100");
        Name("192.0.2.101");
        await Question();
        Assert.Null(Name("192.0.2.100"));
        Assert.False(_asked.Reader.TryRead(out _));
    }

    [Fact]
    public async Task TheQueueOfQuestionsIsBounded()
    {
        Start(maxEntries: 10_000);
        Name("10.9.9.9");
        var (_, first) = await Question();
        for (int i = 0; i < 1000; i++)
            Assert.Null(Name($"10.0.{i / 256}.{i % 256}"));
        Assert.Equal(1 + 256, _dns!.Count);
        first.SetResult("first");
        for (int i = 0; i < 256; i++)
        {
            var (address, answer) = await Question();
            Assert.Equal($"10.0.0.{i}", address.ToString());
            answer.SetResult($"host{i}");
        }
        // What found the queue full is asked when it comes again.
        Assert.Null(Name("10.0.1.0"));
        Assert.Equal("10.0.1.0", (await Question()).Address.ToString());
    }

    [Fact]
    public async Task AnswersAreBounded()
    {
        Start(maxEntries: 5);
        for (int i = 0; i < 40; i++)
        {
            Name($"10.0.0.{i}");
            (await Question()).Answer.SetResult($"host{i}");
            await SymbolSourceTests.Until(() => Name($"10.0.0.{i}") == $"host{i}");
            Assert.InRange(_dns!.Count, 1, 5);
        }
    }

    [Fact]
    public async Task SwitchedOffItAnswersNothing()
    {
        _dns = new ReverseDns(new ReverseDnsOptions(), _time, Resolve);
        Assert.False(_dns.Enabled);
        Assert.Null(Name("192.0.2.1"));
        Assert.Equal(0, _dns.Count);
        await _dns.DisposeAsync();
        _dns = null;
        Assert.False(_asked.Reader.TryRead(out _));
    }

    [Fact]
    public async Task DisposingEndsAQuestionThatIsNotAnswered()
    {
        Start();
        Name("192.0.2.1");
        await Question();
        await _dns!.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        _dns = null;
    }

    [Fact]
    public async Task TheSystemKnowsTheLoopbackAndOutlivesTheUnspecifiedAddress()
    {
        _dns = new ReverseDns(new ReverseDnsOptions { Enabled = true }, TimeProvider.System);
        Assert.Null(Name("0.0.0.0"));
        Assert.Null(Name("::"));
        Name("127.0.0.1");
        await SymbolSourceTests.Until(() => Name("127.0.0.1") == "localhost");
        Assert.Null(Name("0.0.0.0"));
    }
}
