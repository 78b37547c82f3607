using System.Text.RegularExpressions;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>What a text of all CPUs' stacks must hold.</summary>
internal static class RunningCpus
{
    /// <summary>Each CPU once, with a task and at least one line of where it is.</summary>
    /// <returns>By CPU the head and the lines below.</returns>
    internal static IReadOnlyDictionary<int, (string Head, string[] Lines)> CheckAll(string text)
    {
        Dictionary<int, (string Head, string[] Lines)> cpus = [];
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length;)
        {
            Match head = Regex.Match(lines[i], @"^cpu=(\d+) .{1,15} pid=\d+ tid=\d+$");
            Assert.True(head.Success, $"'{lines[i]}' in\n{text}");
            string[] below = [.. lines.Skip(i + 1).TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal))];
            Assert.True(below.Length > 0, text);
            cpus.Add(int.Parse(head.Groups[1].ValueSpan), (lines[i], below));
            i += 1 + below.Length;
        }
        Assert.Equal(Environment.ProcessorCount, cpus.Count);
        return cpus;
    }
}
