namespace Huatuo.Linux.Kallsyms;

/// <summary>What the kernel let us see of its symbols.</summary>
public enum SymbolsState
{
    /// <summary>Addresses resolve.</summary>
    Ok,

    /// <summary>All addresses read as zero: <c>kernel.kptr_restrict</c> or a missing CAP_SYSLOG.</summary>
    Hidden,

    /// <summary>The file is missing, unreadable or holds no text symbol.</summary>
    Missing,
}
