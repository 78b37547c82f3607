namespace Huatuo.Profiling.Symbols;

/// <summary>How often frames got a name, and why not.</summary>
internal sealed class SymbolCounts
{
    /// <summary>Addresses that have a name.</summary>
    internal long Named { get; set; }

    /// <summary>Addresses in a file that names nothing there.</summary>
    internal long Nameless { get; set; }

    /// <summary>Addresses in no file, and in no map of a compiler.</summary>
    internal long Anonymous { get; set; }

    /// <summary>Addresses in a file that could not be read, or is none with symbols.</summary>
    internal long Unreadable { get; set; }

    /// <summary>Addresses of processes that ended, or became another program, before they were looked at.</summary>
    internal long Gone { get; set; }

    /// <summary>Addresses of the kernel that its symbols do not tell.</summary>
    internal long Kernel { get; set; }

    /// <summary>Files whose packed symbols could not be read: no liblzma, damaged, or too large.</summary>
    internal long PackedUnread { get; set; }
}
