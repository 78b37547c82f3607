using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Maps;

namespace Huatuo.Profiling.Sampling;

/// <summary>Takes samples and stacks out of the maps of <c>profile.h</c>. Used by one thread at a time.</summary>
internal sealed class KernelSamples
{
    private readonly BpfMap<ProfileKey, ProfileValue> _samples;
    private readonly DrainedMap<ulong, ProfileStack> _stacks;
    private readonly BpfMap<uint, uint> _generation;
    private readonly CounterMap<ProfileKey, ProfileValue> _sampleReader;
    private readonly CounterMap<uint, ProfileCounters> _counters;
    private uint _current;

    /// <param name="loaded">A loaded object with those maps.</param>
    internal KernelSamples(BpfObject loaded)
    {
        _samples = loaded.Map<ProfileKey, ProfileValue>("samples");
        _stacks = loaded.Map<ulong, ProfileStack>("stacks").Drained();
        _generation = loaded.Map<uint, uint>("generation");
        _sampleReader = _samples.Counters();
        _counters = loaded.PerCpuMap<uint, ProfileCounters>("counters").Counters();
    }

    /// <summary>The keys of what was taken last; their generation is of no meaning any more.</summary>
    internal ReadOnlySpan<ProfileKey> Keys => _sampleReader.Keys;

    /// <summary>The values, in the order of <see cref="Keys"/>.</summary>
    internal ReadOnlySpan<ProfileValue> Values => _sampleReader.Sums;

    /// <summary>The generation that was taken last.</summary>
    internal uint Taken { get; private set; }

    /// <summary>
    /// Takes the samples that are there: programs add to other ones from now on, and a grace period later these are whole.
    /// </summary>
    /// <param name="stack">Told each stack that has not been taken before, or was needed again.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal void Take(MapEntryHandler<ulong, ProfileStack> stack)
    {
        Taken = _current;
        _current ^= 1;
        _generation.Set(0, _current);
        GracePeriod.Wait();
        _sampleReader.Read();
        foreach (ref readonly ProfileKey key in _sampleReader.Keys)
            if (key.Generation == Taken)
                _samples.Remove(key);
        // After the samples: a program puts the stacks of a sample first.
        _stacks.Drain(stack);
    }

    /// <summary>What the programs counted, of all CPUs.</summary>
    internal ProfileCounters Counters()
    {
        _counters.Read();
        return _counters.Count > 0 ? _counters.Sums[0] : default;
    }
}
