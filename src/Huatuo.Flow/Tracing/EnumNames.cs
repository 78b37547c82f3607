using Huatuo.Bpf.Features;

namespace Huatuo.Flow.Tracing;

/// <summary>Names of kernel enums, read from its BTF when first asked for and kept.</summary>
public sealed class EnumNames
{
    private readonly Dictionary<string, IReadOnlyDictionary<uint, string>> _known = [];
    private readonly Func<IReadOnlyList<string>, IReadOnlyList<IReadOnlyDictionary<uint, string>>> _read;

    /// <param name="open">Opens the kernel's BTF.</param>
    public EnumNames(Func<KernelBtf?> open)
        : this(names =>
        {
            using KernelBtf? btf = open();
            return [.. names.Select(name => btf?.EnumNames(name) ?? new Dictionary<uint, string>())];
        })
    {
    }

    internal EnumNames(Func<IReadOnlyList<string>, IReadOnlyList<IReadOnlyDictionary<uint, string>>> read) => _read = read;

    /// <summary>The values of enums by number, such as <c>skb_drop_reason</c>; empty where the kernel has none.</summary>
    /// <param name="names">The enums; together, since opening the BTF takes some 10 ms.</param>
    /// <returns>One for each name, in order.</returns>
    public IReadOnlyList<IReadOnlyDictionary<uint, string>> Of(params IReadOnlyList<string> names)
    {
        lock (_known)
        {
            if (!names.All(_known.ContainsKey))
                foreach ((string name, IReadOnlyDictionary<uint, string> values) in names.Zip(_read(names)))
                    _known[name] = values;
            return [.. names.Select(name => _known[name])];
        }
    }
}
