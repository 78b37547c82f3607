namespace Huatuo.Store.Files;

/// <summary><c>struct iovec</c>.</summary>
internal unsafe struct IoVector
{
    public byte* Address;
    public nuint Length;
}
