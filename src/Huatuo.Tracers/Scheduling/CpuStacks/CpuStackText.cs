using System.Globalization;
using System.Text;
using Huatuo.Flow.Enrich;
using Huatuo.Linux.Kallsyms;

namespace Huatuo.Tracers.Scheduling.CpuStacks;

/// <summary>The answers of all CPUs as one text.</summary>
/// <param name="symbols">The kernel's symbols; null for bare addresses.</param>
internal sealed class CpuStackText(KernelSymbols? symbols)
{
    private const int MaxBytes = 64 << 10;
    private readonly byte[] _line = new byte[KernelSymbols.MaxFormattedBytes];

    internal static byte[] NotTaken(string why) => Encoding.UTF8.GetBytes("not taken: " + why);

    /// <summary>
    /// Lines for each CPU, first the one asked for, then those that did not answer, then those that do something, then those
    /// that idle; at most 64 KiB, and a last line that tells when there were more.
    /// </summary>
    /// <param name="cpus">The online CPUs.</param>
    /// <param name="answers">By CPU; one for each that the machine could have.</param>
    /// <param name="request">The number that an answer of now has.</param>
    /// <param name="first">The CPU to begin with.</param>
    internal byte[] Format(IReadOnlyCollection<int> cpus, CpuStack[] answers, ulong request, int first)
    {
        bool Answered(int cpu) => cpu < answers.Length && answers[cpu].Request == request;
        var text = new StringBuilder();
        int left = cpus.Count;
        foreach (int cpu in cpus.OrderBy(cpu => cpu == first ? 0 : !Answered(cpu) ? 1 : answers[cpu].Tid != 0 ? 2 : 3))
        {
            if (text.Length > MaxBytes)
            {
                text.Append(CultureInfo.InvariantCulture, $"{left} more CPUs\n");
                break;
            }
            if (Answered(cpu))
                Append(text, cpu, in answers[cpu]);
            else
                text.Append(CultureInfo.InvariantCulture, $"cpu={cpu} no answer\n");
            left--;
        }
        return Encoding.UTF8.GetBytes(text.ToString().TrimEnd('\n'));
    }

    private void Append(StringBuilder text, int cpu, in CpuStack answer)
    {
        string comm = Encoding.UTF8.GetString(EventWho.ZeroTerminated(answer.Comm)).ReplaceLineEndings("?");
        text.Append(CultureInfo.InvariantCulture, $"cpu={cpu} {comm} pid={answer.Tgid} tid={answer.Tid}\n");
        ReadOnlySpan<ulong> stack = answer.Stack;
        stack = stack[..(int)Math.Min(answer.StackBytes / sizeof(ulong), (uint)stack.Length)];
        foreach (ulong address in stack)
            text.Append("    ").Append(Frame(address)).Append('\n');
        if (stack.IsEmpty)
            text.Append("    in user space\n");
    }

    private string Frame(ulong address) => symbols is null
        ? $"0x{address:x}"
        : Encoding.UTF8.GetString(_line.AsSpan(0, symbols.Format(address, _line)));
}
