namespace Huatuo.Bpf
{
    /// <summary>The members of the real class that generated code calls, so that the golden files compile here.</summary>
    public sealed class BpfObject
    {
        public List<string> Calls { get; } = [];

        public void SetKnob<T>(string name, T value)
            where T : unmanaged => Calls.Add($"{name} = {typeof(T).Name} {value}");

        public void SetKnob<T>(string name, ReadOnlySpan<T> values)
            where T : unmanaged => Calls.Add($"{name} = {values.Length} x {typeof(T).Name}");

        public Maps.BpfMap<TKey, TValue> Map<TKey, TValue>(string map)
            where TKey : unmanaged
            where TValue : unmanaged => new(map);

        public Maps.BpfPerCpuMap<TKey, TValue> PerCpuMap<TKey, TValue>(string map)
            where TKey : unmanaged
            where TValue : unmanaged => new(map);
    }
}

namespace Huatuo.Bpf.Maps
{
    public readonly record struct BpfMap<TKey, TValue>(string Name)
        where TKey : unmanaged
        where TValue : unmanaged;

    public readonly record struct BpfPerCpuMap<TKey, TValue>(string Name)
        where TKey : unmanaged
        where TValue : unmanaged;
}
