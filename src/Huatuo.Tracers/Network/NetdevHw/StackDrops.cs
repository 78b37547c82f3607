using Huatuo.Bpf;
using Huatuo.Bpf.Maps;

namespace Huatuo.Tracers.Network.NetdevHw;

/// <summary>Asks the loaded programs of <c>netdev_hw.bpf.c</c>, which run in the calling thread. Used by one thread at a time.</summary>
internal sealed class StackDrops : IStackDrops
{
    private const int ENXIO = 6;

    // MAX_CPUS in netdev_hw.bpf.c.
    private const int MostCpus = 1024;
    private readonly NetdevHwBpf _bpf;
    private readonly BpfProgram _find;
    private readonly BpfProgram _sum;
    private readonly bool[] _known;

    /// <param name="bpf">The loaded object.</param>
    internal StackDrops(NetdevHwBpf bpf)
    {
        _bpf = bpf;
        _find = bpf.Object.LoadedPrograms().Single(program => program.Name == NetdevHwBpf.Programs.FindCpuBase);
        _sum = bpf.Object.LoadedPrograms().Single(program => program.Name == NetdevHwBpf.Programs.SumDrops);
        _known = new bool[Cpus];
    }

    /// <summary>How many CPUs are looked at.</summary>
    internal static uint Cpus => (uint)Math.Min(PossibleCpus.Count, MostCpus);

    public bool TryRead(int ifindex, out ulong dropped)
    {
        FindBases();
        Check(_sum.Run([(ulong)ifindex]), "sum the drops of a device");
        bool isRead = _bpf.Answer.TryGet(0, out DropsAnswer drops);
        dropped = drops.Dropped;
        return isRead && drops.IsFound != 0;
    }

    // A CPU's base stays what it is, also while the CPU is offline; one that was never online has counted nothing.
    private void FindBases()
    {
        for (int cpu = 0; cpu < _known.Length; cpu++)
            if (!_known[cpu] && _find.Run([], cpu) is var error && error != ENXIO)
            {
                Check(error, "find the per-CPU memory");
                _known[cpu] = true;
            }
    }

    private static void Check(int errno, string what)
    {
        if (errno != 0)
            throw new BpfException(what, NetdevHwBpf.ObjectName, errno, "");
    }
}
