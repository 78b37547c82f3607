using Huatuo.Flow.Containers;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>What is known of the trigger or of the victim.</summary>
/// <param name="Css">Kernel address of its memory cgroup's state; 0 when not known.</param>
/// <param name="Pid">Its process.</param>
/// <param name="Comm">Its name; empty when not known.</param>
/// <param name="Cgroup">Its memory cgroup, when known.</param>
/// <param name="Memory">That cgroup's memory.</param>
internal sealed record OomSideFacts(ulong Css, uint Pid, string Comm, Cgroup? Cgroup, CgroupMemoryState Memory);
