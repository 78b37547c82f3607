using Huatuo.Gen.Btf;
using Huatuo.Gen.Records;

namespace Huatuo.Gen.Tests;

/// <summary>Damaged objects give C#, rejections or <see cref="InvalidDataException"/>, and nothing else.</summary>
public sealed class MalformedObjectTests
{
    private const int Mutations = 8_000;

    private static readonly BpfSource s_source = new("src/P/sample.bpf.c", "src/P");

    [Fact]
    public void TruncatedObjects()
    {
        byte[] whole = Compile();
        Assert.True(Survives(whole));

        for (int length = 0; length < whole.Length; length++)
            Assert.False(Survives(whole[..length]), $"{length} of {whole.Length} bytes were taken for the object");
    }

    [Fact]
    public void MutatedObjects()
    {
        byte[] whole = Compile();
        var random = new Random(20261);
        int rejected = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = [.. whole];
            for (int flips = random.Next(1, 6); flips > 0; flips--)
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            rejected += Survives(mutated) ? 0 : 1;
        }

        Assert.InRange(rejected, Mutations / 20, Mutations);
    }

    [Fact]
    public void MutatedTypes()
    {
        byte[] whole = Compile();
        int start = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x9f, 0xeb, 1, 0]);
        int types = BitConverter.ToInt32(whole, start + 12);
        var random = new Random(20262);
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = [.. whole];
            int word = start + 24 + random.Next(types / 4) * 4;
            uint value = random.Next(3) == 0 ? (uint)random.NextInt64(1L << 32) : (uint)random.Next(200);
            BitConverter.TryWriteBytes(mutated.AsSpan(word), value);
            Survives(mutated);
        }
    }

    [Fact]
    public void RandomBytes()
    {
        var random = new Random(20263);
        for (int i = 0; i < Mutations; i++)
        {
            byte[] bytes = new byte[random.Next(512)];
            random.NextBytes(bytes);
            Assert.False(Survives(bytes));
            bytes.AsSpan().Clear();
            if (bytes.Length < 24)
                continue;
            ((ReadOnlySpan<byte>)[0x9f, 0xeb, 1, 0, 24, 0, 0, 0]).CopyTo(bytes);
            random.NextBytes(bytes.AsSpan(8));
            Assert.Throws<InvalidDataException>(() => BtfReader.Read(bytes) is { Count: > 1 } ? 0 : throw new InvalidDataException());
        }
    }

    [Fact]
    public void ReadsTheRunningKernel()
    {
        const string path = "/sys/kernel/btf/vmlinux";
        var types = new BtfTypes(BtfReader.Read(File.ReadAllBytes(path)));

        BtfType task = Enumerable.Range(1, 1_000_000).Select(id => types[(uint)id])
            .First(type => type.Kind == BtfKind.Struct && type.Name == "task_struct");

        Assert.Contains(task.Members, member => member.Name == "tgid");
    }

    private static byte[] Compile()
    {
        using var repository = new TemporaryRepository();
        repository.Write("src/P/P.csproj", "");
        repository.Write(s_source.Path, TemporaryRepository.Fixture("sample_probe.c"));
        return new BpfCompiler(repository.Root).Compile(s_source);
    }

    private static bool Survives(byte[] file)
    {
        try
        {
            BpfObjectAbi abi = BpfObjectAbi.Read(file);
            var rejections = new Rejections(s_source.Path);
            RecordsCommand.Generate(s_source, abi, new AbiTypes(abi.Types, null, rejections), rejections);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
