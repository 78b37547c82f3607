namespace Huatuo.Profiling.Symbols;

/// <summary>What is kept of a file that processes have mapped, without the list of its sections.</summary>
/// <param name="Key">What tells it apart, as <see cref="MappedFile.Key"/>.</param>
/// <param name="Layout">Where its parts are mapped; null when it is none with symbols.</param>
internal readonly record struct KnownFile(string Key, ElfLayout? Layout)
{
    /// <summary>Of a file whose headers were read.</summary>
    internal static KnownFile Of(MappedFile file) => new(file.Key, file.Elf?.Layout);
}
