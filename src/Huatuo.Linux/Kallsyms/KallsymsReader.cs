namespace Huatuo.Linux.Kallsyms;

/// <summary>Streams lines <c>address type name[\t[module]]</c> (s_show in kernel/kallsyms.c) into a builder.</summary>
internal static class KallsymsReader
{
    private const int BufferBytes = 256 << 10;

    internal static void Read(string path, SymbolTableBuilder builder)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        using var scratch = new NativeList<byte>(BufferBytes);
        var buffer = scratch.Extend(BufferBytes);

        int held = 0;
        long position = 0;
        bool skipping = false;
        while (true)
        {
            int read = RandomAccess.Read(file, buffer[held..], position);
            position += read;
            held += read;
            int used = ParseLines(buffer[..held], builder, ref skipping);
            if (read == 0)
            {
                if (used < held && !skipping) ParseLine(buffer[used..held], builder);
                return;
            }
            if (used == 0 && held == buffer.Length)
            {
                // A line longer than the buffer: count it once and go on after its end.
                if (!skipping) builder.AddMalformed();
                skipping = true;
                used = held;
            }
            buffer[used..held].CopyTo(buffer);
            held -= used;
        }
    }

    /// <summary>Parses the complete lines and returns how many bytes they take.</summary>
    private static int ParseLines(ReadOnlySpan<byte> text, SymbolTableBuilder builder, ref bool skipping)
    {
        int used = 0;
        while (true)
        {
            int end = text[used..].IndexOf((byte)'\n');
            if (end < 0) return used;
            if (!skipping) ParseLine(text.Slice(used, end), builder);
            skipping = false;
            used += end + 1;
        }
    }

    private static void ParseLine(ReadOnlySpan<byte> line, SymbolTableBuilder builder)
    {
        if (!TryAddress(ref line, out ulong address) || line.Length < 4 || line[0] != ' ' || line[2] != ' ')
        {
            builder.AddMalformed();
            return;
        }
        byte type = line[1];
        var name = line[3..];
        ReadOnlySpan<byte> module = default;
        int tab = name.IndexOf((byte)'\t');
        if (tab >= 0)
        {
            module = name[(tab + 1)..];
            name = name[..tab];
            if (module.Length < 3 || module[0] != '[' || module[^1] != ']')
            {
                builder.AddMalformed();
                return;
            }
            module = module[1..^1];
        }

        if (!IsWord(name, SymbolTable.MaxNameBytes) || (tab >= 0 && !IsWord(module, SymbolTable.MaxModuleBytes)))
        {
            builder.AddMalformed();
            return;
        }
        switch (type)
        {
            case (byte)'t' or (byte)'T' or (byte)'w' or (byte)'W':
                builder.AddText(address, name, module);
                break;
            // Initialised, uninitialised, read-only, small and weak data. Absolute and unknown symbols say nothing.
            case (byte)'d' or (byte)'D' or (byte)'b' or (byte)'B' or (byte)'r' or (byte)'R'
                or (byte)'g' or (byte)'G' or (byte)'s' or (byte)'S' or (byte)'v' or (byte)'V':
                builder.AddData(address, module);
                break;
        }
    }

    private static bool IsWord(ReadOnlySpan<byte> text, int maxBytes) =>
        text.Length > 0 && text.Length <= maxBytes && text.IndexOfAnyInRange((byte)0, (byte)' ') < 0;

    /// <summary>Takes 1 to 16 hexadecimal digits off the front.</summary>
    private static bool TryAddress(ref ReadOnlySpan<byte> line, out ulong address)
    {
        address = 0;
        int at = 0;
        for (; at < line.Length; at++)
        {
            uint digit = (uint)line[at] - '0';
            if (digit > 9)
            {
                digit = (uint)(line[at] | 0x20) - 'a';
                if (digit > 5) break;
                digit += 10;
            }
            address = address << 4 | digit;
        }
        line = line[at..];
        return at is > 0 and <= 16;
    }
}
