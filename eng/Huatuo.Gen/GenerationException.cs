namespace Huatuo.Gen;

/// <summary>What the sources have to change before anything is written.</summary>
/// <param name="lines">One line for each thing.</param>
internal sealed class GenerationException(IReadOnlyCollection<string> lines) : Exception(string.Join('\n', lines))
{
    public IReadOnlyCollection<string> Lines => lines;
}
