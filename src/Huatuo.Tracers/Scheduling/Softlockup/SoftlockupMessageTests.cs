using System.Text;

namespace Huatuo.Tracers.Scheduling.Softlockup;

/// <summary>The line of the kernel log.</summary>
public sealed class SoftlockupMessageTests
{
    [Theory]
    // As 5.10.262, 6.1.192, 6.12.117, 6.18.44 and 7.3.4 wrote them.
    [InlineData("watchdog: BUG: soft lockup - CPU#1 stuck for 3s! [softlock5:157]", 1, 3U, "softlock5", 157U)]
    [InlineData("watchdog: BUG: soft lockup - CPU#1 stuck for 6s! [softlock:169]", 1, 6U, "softlock", 169U)]
    [InlineData("watchdog: BUG: soft lockup - CPU#0 stuck for 4s! [kworker/0:1:215]", 0, 4U, "kworker/0:1", 215U)]
    [InlineData("watchdog: BUG: soft lockup - CPU#1 stuck for 28s! [swapper/1:0]", 1, 28U, "swapper/1", 0U)]
    [InlineData("watchdog: BUG: soft lockup - CPU#1 stuck for 3s! [provoker:16622]", 1, 3U, "provoker", 16622U)]
    [InlineData("watchdog: BUG: soft lockup - CPU#0 stuck for 6s! [softlock:171]\n", 0, 6U, "softlock", 171U)]
    // The bounds of its parts, and names that look like its end.
    [InlineData("watchdog: BUG: soft lockup - CPU#127 stuck for 4294967295s! [kworker/127:1:4194304]", 127, 4294967295U, "kworker/127:1", 4194304U)]
    [InlineData("watchdog: BUG: soft lockup - CPU#0 stuck for 23s! [a]s! [b:7:8]", 0, 23U, "a]s! [b:7", 8U)]
    [InlineData(@"watchdog: BUG: soft lockup - CPU#0 stuck for 23s! [\xc3\xa4\xc3\xa4:8]", 0, 23U, @"\xc3\xa4\xc3\xa4", 8U)]
    [InlineData("watchdog: BUG: soft lockup - CPU#0 stuck for 23s! [:8]", 0, 23U, "", 8U)]
    public void It_tells_CPU_time_and_thread(string line, int cpu, uint seconds, string name, uint tid)
    {
        Assert.True(SoftlockupMessage.TryParse(Encoding.UTF8.GetBytes(line), out SoftlockupMessage message, out ReadOnlySpan<byte> comm));
        Assert.Equal(new SoftlockupMessage(cpu, seconds, tid), message);
        Assert.Equal(name, Encoding.UTF8.GetString(comm));
    }

    [Theory]
    [InlineData("")]
    [InlineData("watchdog: BUG: soft lockup - CPU#")]
    [InlineData("watchdog: BUG: soft lockup - CPU#1 stuck for 6s!")]
    [InlineData("watchdog: BUG: soft lockup - CPU#1 stuck for 6s! [softlock:169")]
    [InlineData("watchdog: BUG: soft lockup - CPU#1 stuck for 6s! [softlock:]")]
    [InlineData("watchdog: BUG: soft lockup - CPU#1 stuck for 6s! [softlock]")]
    [InlineData("watchdog: BUG: soft lockup - CPU#1 stuck for 6s! [softlock:1x]")]
    [InlineData("watchdog: BUG: soft lockup - CPU#-1 stuck for 6s! [softlock:1]")]
    [InlineData("watchdog: BUG: soft lockup - CPU#4294967295 stuck for 6s! [softlock:1]")]
    [InlineData("watchdog: BUG: soft lockup - CPU#1 stuck for 4294967296s! [softlock:1]")]
    [InlineData(" watchdog: BUG: soft lockup - CPU#1 stuck for 6s! [softlock:169]")]
    [InlineData("watchdog: CPU1: Watchdog detected hard LOCKUP on cpu 1")]
    public void Another_line_is_none(string line) =>
        Assert.False(SoftlockupMessage.TryParse(Encoding.UTF8.GetBytes(line), out _, out _));

    [Fact]
    public void Damage_gives_a_message_or_none()
    {
        byte[] line = "watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [worker:101]"u8.ToArray();
        int parsed = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] damaged = [.. line];
            for (int change = random.Next(4); change >= 0; change--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (SoftlockupMessage.TryParse(damaged.AsSpan(0, random.Next(damaged.Length + 1)), out _, out ReadOnlySpan<byte> comm))
                parsed += comm.Length < damaged.Length ? 1 : 0;
        }
        Assert.NotEqual(0, parsed);
    }
}
