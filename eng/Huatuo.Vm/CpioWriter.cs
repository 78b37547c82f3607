using System.Text;

namespace Huatuo.Vm;

/// <summary>Writes an archive as the kernel takes it for its initial file system (the format "newc").</summary>
internal sealed class CpioWriter(Stream output)
{
    private const int Directory = 0x41ED;
    private const int Executable = 0x81ED;

    private int inode;

    public void AddDirectory(string name) => Add(name, Directory, []);

    public void AddFile(string name, ReadOnlySpan<byte> content) => Add(name, Executable, content);

    public void AddFile(string name, string content) => AddFile(name, Encoding.UTF8.GetBytes(content));

    public void End() => Add("TRAILER!!!", 0, []);

    private void Add(string name, int mode, ReadOnlySpan<byte> content)
    {
        int[] fields = [++inode, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, Encoding.UTF8.GetByteCount(name) + 1, 0];
        byte[] header = Encoding.UTF8.GetBytes("070701" + string.Concat(fields.Select(field => field.ToString("x8"))) + name + "\0");
        output.Write(header);
        Align(header.Length);
        output.Write(content);
        Align(content.Length);
    }

    private void Align(int length) => output.Write(new byte[-length & 3]);
}
