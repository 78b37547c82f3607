using System.Text;
using Huatuo.Linux.Kallsyms;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.CpuStacks;

/// <summary>Answers of CPUs to a text.</summary>
public sealed class CpuStackTextTests
{
    private const ulong Request = 7;

    private static CpuStack Answer(string comm, uint tid, params ReadOnlySpan<ulong> stack)
    {
        var answer = new CpuStack { Request = Request, Tgid = tid, Tid = tid, StackBytes = (uint)stack.Length * sizeof(ulong) };
        Encoding.UTF8.GetBytes(comm).CopyTo(answer.Comm);
        stack.CopyTo(answer.Stack);
        return answer;
    }

    private static string Format(int[] cpus, CpuStack[] answers, int first, KernelSymbols? symbols = null) =>
        Encoding.UTF8.GetString(new CpuStackText(symbols).Format(cpus, answers, Request, first));

    [Fact]
    public void The_CPU_asked_for_comes_first_then_silent_busy_and_idle_ones()
    {
        using var proc = new Proc();
        proc.Write("kallsyms", "ffffffff81000000 T native_halt\nffffffff81100000 t copy_page\n");
        CpuStack[] answers = [Answer("swapper/0", 0, 0xffffffff81000004), Answer("a\nb", 12), default, Answer("dd", 13, 0xffffffff81100010, 0xffffffff81000000), Answer("x", 9)];
        answers[2].Request = Request - 1;
        Assert.Equal(
            """
            cpu=3 dd pid=13 tid=13
                copy_page+0x10
                native_halt+0x0
            cpu=2 no answer
            cpu=7 no answer
            cpu=1 a?b pid=12 tid=12
                in user space
            cpu=0 swapper/0 pid=0 tid=0
                native_halt+0x4
            """,
            Format([0, 1, 2, 3, 7], answers, first: 3, KernelSymbols.Load(proc.Root)));
    }

    [Fact]
    public void Without_symbols_there_are_addresses() =>
        Assert.Equal("cpu=0 dd pid=1 tid=1\n    0xffffffff81100010", Format([0], [Answer("dd", 1, 0xffffffff81100010)], first: -1));

    [Fact]
    public void A_text_is_bounded_and_says_so()
    {
        ulong[] stack = [.. Enumerable.Range(0, 127).Select(i => 0xffffffff81000000 + (ulong)i)];
        CpuStack[] answers = [.. Enumerable.Range(0, 200).Select(i => Answer("t", (uint)i + 1, stack))];
        string text = Format([.. Enumerable.Range(0, 200)], answers, first: 150);
        Assert.StartsWith("cpu=150 ", text, StringComparison.Ordinal);
        int shown = text.Split('\n').Count(line => line.StartsWith("cpu=", StringComparison.Ordinal));
        Assert.EndsWith($"\n{200 - shown} more CPUs", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 64 << 10, (64 << 10) + 4096);
    }

    [Fact]
    public void A_length_beyond_the_room_is_cut()
    {
        CpuStack answer = Answer("t", 1, 1);
        answer.StackBytes = uint.MaxValue;
        Assert.Equal(1 + 127, Format([0], [answer], first: -1).Split('\n').Length);
    }

    [Fact]
    public void A_CPU_whose_time_stands_still_takes_no_interrupts()
    {
        SortedDictionary<int, long>[] looks =
        [
            new() { [0] = 100, [1] = 200, [2] = 300, [3] = 5 },
            new() { [0] = 101, [1] = 200, [2] = 300 },
            new() { [0] = 101, [1] = 200, [2] = 301, [4] = 9 },
        ];
        int look = 0;
        var responding = new RespondingCpus(() => looks[Math.Min(look++, looks.Length - 1)], TimeProvider.System);
        Assert.Equal(new SortedDictionary<int, bool> { [0] = true, [1] = false, [2] = true, [3] = false }, responding.Find());
    }
}
