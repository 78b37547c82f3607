namespace Huatuo.Tracers.Memory.Oom;

/// <summary>Whose memory had run out, told by the way that led to the OOM killer.</summary>
internal static class OomScope
{
    /// <summary><c>memcg</c> or <c>global</c>; <c>unknown</c> when the stack has no names.</summary>
    /// <param name="stack">The kernel stack as text. A memory cgroup's limit leads through
    /// <c>mem_cgroup_out_of_memory</c> (mm/memcontrol.c), the machine's end through <c>out_of_memory</c> alone (mm/oom_kill.c).</param>
    internal static string Of(ReadOnlySpan<byte> stack) =>
        stack.IndexOf("mem_cgroup_out_of_memory+"u8) >= 0 ? "memcg" : stack.IndexOf("out_of_memory+"u8) >= 0 ? "global" : "unknown";
}
