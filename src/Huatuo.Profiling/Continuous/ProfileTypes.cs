namespace Huatuo.Profiling.Continuous;

/// <summary>
/// What Pyroscope calls profiles, as name, sample type and unit, period type and unit. A kind that is asked for by several sums has a
/// type for each; documents carry the first.
/// </summary>
internal static class ProfileTypes
{
    private static readonly (string Id, ProfileKind Kind, ProfileUnit Unit)[] s_all =
    [
        ("process_cpu:cpu:nanoseconds:cpu:nanoseconds", ProfileKind.OnCpu, ProfileUnit.Nanoseconds),
        ("process_cpu:cycles:count:cycles:count", ProfileKind.Cycles, ProfileUnit.Cycles),
        ("process_offcpu:offcpu:nanoseconds:offcpu:nanoseconds", ProfileKind.OffCpu, ProfileUnit.Nanoseconds),
        ("memory:alloc_space:bytes:space:bytes", ProfileKind.AllocatedSpace, ProfileUnit.Bytes),
        ("memory:inuse_space:bytes:space:bytes", ProfileKind.HeldSpace, ProfileUnit.Bytes),
        ("memory:virtual_space:bytes:space:bytes", ProfileKind.VirtualSpace, ProfileUnit.Bytes),
        ("process_io:delay:nanoseconds:io:nanoseconds", ProfileKind.IoTime, ProfileUnit.Nanoseconds),
        ("process_io:bytes:bytes:io:nanoseconds", ProfileKind.IoTime, ProfileUnit.Bytes),
        ("process_io:operations:count:io:nanoseconds", ProfileKind.IoTime, ProfileUnit.Count),
        ("process_io:io:bytes:io:bytes", ProfileKind.IoBytes, ProfileUnit.Bytes),
        ("process_lock:delay:nanoseconds:lock:nanoseconds", ProfileKind.Lock, ProfileUnit.Nanoseconds),
        ("process_lock:contentions:count:lock:nanoseconds", ProfileKind.Lock, ProfileUnit.Count),
    ];

    /// <summary>The type that documents of a kind carry.</summary>
    internal static string Of(ProfileKind kind) =>
        s_all.FirstOrDefault(type => type.Kind == kind).Id ?? $"process_{kind.Name}:{kind.Name}:nanoseconds:{kind.Name}:nanoseconds";

    /// <summary>The kind of documents that carry a type; null when it is not known.</summary>
    internal static ProfileKind? Kind(string id) => Find(id).Kind;

    /// <summary>All types of the kind of a type.</summary>
    internal static IEnumerable<string> Alike(string id) => Find(id).Kind is { } kind ? s_all.Where(type => type.Kind == kind).Select(type => type.Id) : [id];

    /// <summary>The type that documents carry which tell of a type.</summary>
    internal static string Carried(string id) => Find(id).Kind is { } kind ? Of(kind) : id;

    /// <summary>What a type sums.</summary>
    internal static ProfileUnit Unit(string id) => Find(id).Unit;

    private static (string Id, ProfileKind? Kind, ProfileUnit Unit) Find(string id) => s_all.FirstOrDefault(type => type.Id == id);
}
