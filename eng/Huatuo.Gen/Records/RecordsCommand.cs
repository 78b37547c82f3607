namespace Huatuo.Gen.Records;

/// <summary><c>records</c>: the C# of every BPF object beside its source.</summary>
/// <param name="root">The repository.</param>
internal sealed class RecordsCommand(string root)
{
    /// <exception cref="GenerationException">Sources that do not compile, and what their ABI may not hold.</exception>
    public void Run(GeneratedFiles files)
    {
        IReadOnlyList<BpfSource> sources = BpfSource.Find(root);
        var compiler = new BpfCompiler(root);
        var errors = new List<string>();
        var outputs = new List<(BpfSource Source, string Text)>();
        var owners = new Dictionary<string, BpfSource>(StringComparer.Ordinal);
        SharedAbi? shared = null;
        foreach (BpfSource source in sources.OrderByDescending(source => source.IsShared))
        {
            var rejections = new Rejections(source.Path);
            try
            {
                BpfObjectAbi abi = BpfObjectAbi.Read(compiler.Compile(source));
                var types = new AbiTypes(abi.Types, shared, rejections);
                string text = Generate(source, abi, types, rejections);
                if (source.IsShared)
                    shared = new SharedAbi(abi.Types, types.Exported);
                outputs.Add((source, text));
                foreach (GeneratedType type in types.Generated)
                    CheckOwner(owners, source, type.Name, rejections);
            }
            catch (GenerationException error)
            {
                errors.AddRange(error.Lines);
            }
            catch (InvalidDataException error)
            {
                errors.Add($"{source.Path}: {source.ObjectName}: {error.Message}");
            }

            errors.AddRange(rejections.Lines);
        }

        if (errors.Count > 0)
            throw new GenerationException(errors);
        foreach ((BpfSource source, string text) in outputs)
            files.Put(source.Output, text);
        foreach (string orphan in BpfSource.Orphans(root, sources).ToList())
            files.Remove(orphan);
    }

    /// <summary>The C# of one object.</summary>
    public static string Generate(BpfSource source, BpfObjectAbi abi, AbiTypes types, Rejections rejections)
    {
        var reader = new ObjectReader(abi, types, rejections);
        reader.ReadAnchors();
        GeneratedObject? bpfObject = source.IsShared
            ? null
            : reader.Read(Names.Pascal(source.Name) + "Bpf", source.ObjectName);
        return RecordWriter.Write(source.Path, source.Namespace, types.Generated, bpfObject);
    }

    private static void CheckOwner(Dictionary<string, BpfSource> owners, BpfSource source, string type, Rejections rejections)
    {
        if (!owners.TryAdd($"{source.Namespace}.{type}", source))
            rejections.Add(type, $"{owners[$"{source.Namespace}.{type}"].Path} has one too; export it in {BpfSource.SharedPath}");
    }
}
