using Huatuo.Gen.Btf;
using Huatuo.Gen.Elf;

namespace Huatuo.Gen.Records;

/// <summary>What one compiled object shows to user space.</summary>
internal sealed class BpfObjectAbi
{
    private const string AnchorPrefix = "abi_";
    private const string KnobPrefix = "cfg_";

    private BpfObjectAbi(BtfTypes types) => Types = types;

    public BtfTypes Types { get; }

    /// <summary>Functions that libbpf loads.</summary>
    public required IReadOnlyList<string> Programs { get; init; }

    /// <summary>Maps declared in <c>.maps</c>.</summary>
    public required IReadOnlyList<BpfMapDefinition> Maps { get; init; }

    /// <summary>Constants <c>const volatile T cfg_*</c>, set between open and load.</summary>
    public required IReadOnlyList<BpfVariable> Knobs { get; init; }

    /// <summary>Variables <c>const struct T *const abi_T = 0</c>, which keep T in the BTF.</summary>
    public required IReadOnlyList<BpfVariable> Anchors { get; init; }

    /// <summary>Variables named like knobs in a section where they are not constants.</summary>
    public required IReadOnlyList<BpfVariable> Misplaced { get; init; }

    /// <exception cref="InvalidDataException">The bytes are not a BPF object with BTF.</exception>
    public static BpfObjectAbi Read(byte[] file)
    {
        var elf = new ElfObject(file);
        ReadOnlyMemory<byte> btf = elf.Section(".BTF") ?? throw new InvalidDataException("no .BTF section: compile with -g");
        var types = new BtfTypes(BtfReader.Read(btf.Span));
        List<BpfVariable> constants = Variables(types, ".rodata");
        return new BpfObjectAbi(types)
        {
            Programs = elf.Programs(),
            Maps = [.. Variables(types, ".maps").Select(map => BpfMapDefinition.Read(types, map))],
            Knobs = [.. constants.Where(IsKnob)],
            Anchors = [.. constants.Where(variable => variable.Name.StartsWith(AnchorPrefix, StringComparison.Ordinal))],
            Misplaced = [.. Variables(types, ".data").Concat(Variables(types, ".bss")).Where(IsKnob)],
        };
    }

    /// <summary>The name of a knob without its prefix.</summary>
    public static string KnobName(BpfVariable knob) => knob.Name[KnobPrefix.Length..];

    /// <summary>The name of the type that an anchor exports.</summary>
    public static string AnchorName(BpfVariable anchor) => anchor.Name[AnchorPrefix.Length..];

    private static bool IsKnob(BpfVariable variable) => variable.Name.StartsWith(KnobPrefix, StringComparison.Ordinal);

    private static List<BpfVariable> Variables(BtfTypes types, string section)
    {
        var variables = new List<BpfVariable>();
        foreach (uint id in types.DataSection(section)?.Variables ?? [])
        {
            BtfType variable = types[id];
            if (variable.Kind != BtfKind.Variable || !Names.IsIdentifier(variable.Name))
                throw new InvalidDataException($".BTF: type {id} in {section} is not a variable");
            variables.Add(new BpfVariable(variable.Name, variable.Target));
        }

        return variables;
    }
}
