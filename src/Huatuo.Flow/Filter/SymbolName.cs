using System.Text;

namespace Huatuo.Flow.Filter;

/// <summary>Names of kernel functions as the source has them.</summary>
internal static class SymbolName
{
    /// <summary>The name without what the compiler added: no C identifier holds a dot.</summary>
    public static ReadOnlySpan<byte> Source(ReadOnlySpan<byte> symbol)
    {
        int dot = symbol.IndexOf((byte)'.');
        return dot > 0 ? symbol[..dot] : symbol;
    }

    /// <summary>The name without what the compiler added, in UTF-8.</summary>
    public static byte[] Source(string symbol) => Source(Encoding.UTF8.GetBytes(symbol)).ToArray();
}
