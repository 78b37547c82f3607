namespace Huatuo.Profiling.Unwinding;

/// <summary>
/// Reads <c>.eh_frame</c> (Linux Standard Base, Core, 10.6.1) or <c>.debug_frame</c> (DWARF 5, 6.4.1). Somebody else wrote it: what makes no
/// sense is left out, and each byte is looked at a bounded number of times.
/// </summary>
/// <param name="bytes">The section.</param>
/// <param name="address">Where it is mapped, in the file's own terms; of no use to <c>.debug_frame</c>, which is not mapped.</param>
/// <param name="isDebug">Whether it is <c>.debug_frame</c>.</param>
internal sealed class CallFrameSection(byte[] bytes, ulong address, bool isDebug)
{
    private const byte Absolute = 0, Udata2 = 2, Udata4 = 3, Udata8 = 4, Sdata2 = 10, Sdata4 = 11, Sdata8 = 12, FormMask = 0x0f, PlaceMask = 0x70, Relative = 0x10, Indirect = 0x80, Omitted = 0xff;
    private const ulong ReturnAddress = 16;

    // What code shares is gone through for each run of code, so it has to be short: compilers write some 20 bytes.
    private const int MostCommonBytes = 512, MostCommon = 1 << 16, MostFrames = 1 << 20;
    private const uint Long = 0xffffffff;

    private readonly Dictionary<int, CommonFrame?> _common = [];

    /// <summary>All runs of code, in order.</summary>
    internal List<CallFrame> Read()
    {
        List<CallFrame> frames = [];
        for (int at = 0; frames.Count < MostFrames && TryEntry(at, out Entry entry); at = entry.End)
        {
            var cursor = new ByteCursor(bytes, entry.At, entry.End);
            ulong id = Id(ref cursor, entry);
            if (cursor.HasFailed || id == CommonId(entry))
                continue;
            // Where the common part is: in .eh_frame the distance back to it.
            ulong place = isDebug ? id : (ulong)entry.At - id;
            if (place < (ulong)entry.At && Common((int)place) is { } common && TryFrame(cursor.At, entry.End, common, out CallFrame frame))
                frames.Add(frame);
        }
        frames.Sort(static (a, b) => a.Begin.CompareTo(b.Begin));
        return frames;
    }

    // An entry's length counts what follows it; one of length 0 ends what one linker input brought.
    private bool TryEntry(int at, out Entry entry)
    {
        entry = default;
        if (at < 0 || bytes.Length - at < 4)
            return false;
        var cursor = new ByteCursor(bytes, at, bytes.Length);
        ulong length = cursor.U32();
        bool isLong = length == Long;
        if (isLong)
            length = cursor.U64();
        if (cursor.HasFailed || length > (ulong)(bytes.Length - cursor.At))
            return false;
        entry = new Entry(cursor.At, cursor.At + (int)length, isLong);
        return true;
    }

    // Eight bytes in long entries of .debug_frame, else four.
    private ulong Id(ref ByteCursor cursor, in Entry entry) => isDebug && entry.IsLong ? cursor.U64() : cursor.U32();

    // What tells that an entry is a common part.
    private ulong CommonId(in Entry entry) => !isDebug ? 0 : entry.IsLong ? ulong.MaxValue : Long;

    private CommonFrame? Common(int at)
    {
        if (_common.TryGetValue(at, out CommonFrame? known))
            return known;
        if (_common.Count >= MostCommon)
            return null;
        if (TryEntry(at, out Entry entry) && entry.End - entry.At <= MostCommonBytes)
        {
            var cursor = new ByteCursor(bytes, entry.At, entry.End);
            if (Id(ref cursor, entry) == CommonId(entry) && !cursor.IsAtEnd)
                known = Common(cursor.At, entry.End);
        }
        return _common[at] = known;
    }

    private CommonFrame? Common(int at, int end)
    {
        var cursor = new ByteCursor(bytes, at, end);
        byte version = cursor.U8();
        string augmentation = System.Text.Encoding.ASCII.GetString(cursor.Text());
        // The sizes of an address and of what tells segments apart.
        if (version == 4 && (!isDebug || cursor.U8() != sizeof(ulong) || cursor.U8() != 0))
            return null;
        ulong codeUnit = cursor.Uleb();
        long dataUnit = cursor.Sleb();
        ulong returns = version == 1 ? cursor.U8() : cursor.Uleb();
        bool hasLength = augmentation.StartsWith('z'), isSignal = isDebug && augmentation == "S";
        if (version is not (1 or 3 or 4) || returns != ReturnAddress || !(augmentation.Length == 0 || hasLength || isSignal))
            return null;
        byte encoding = Absolute;
        if (hasLength)
        {
            ulong length = cursor.Uleb();
            int data = cursor.At;
            cursor.Take(length);
            if (cursor.HasFailed)
                return null;
            var own = new ByteCursor(bytes, data, cursor.At);
            foreach (char letter in augmentation.AsSpan(1))
            {
                switch (letter)
                {
                    case 'R':
                        encoding = own.U8();
                        break;
                    case 'P':
                        Address(ref own, own.U8());
                        break;
                    case 'L':
                        own.U8();
                        break;
                    case 'S':
                        isSignal = true;
                        break;
                    default:
                        return null;
                }
            }
            if (own.HasFailed)
                return null;
        }
        return cursor.HasFailed ? null : new CommonFrame(codeUnit, dataUnit, encoding, hasLength, isSignal, cursor.At..end);
    }

    private bool TryFrame(int at, int end, CommonFrame common, out CallFrame frame)
    {
        frame = default;
        var cursor = new ByteCursor(bytes, at, end);
        if (Address(ref cursor, common.Encoding) is not { } begin || Number(ref cursor, common.Encoding) is not { } length)
            return false;
        if (common.HasLength)
            cursor.Take(cursor.Uleb());
        if (cursor.HasFailed || length == 0 || begin + length < begin)
            return false;
        frame = new CallFrame(begin, begin + length, cursor.At..end, common);
        return true;
    }

    // Where an entry's identifier and its end are, and whether its length was written in eight bytes.
    private readonly record struct Entry(int At, int End, bool IsLong);

    // Null in a form that is not known, or that lies in memory.
    private ulong? Address(ref ByteCursor cursor, byte encoding)
    {
        ulong place = address + (ulong)cursor.At;
        if (encoding == Omitted)
            return null;
        ulong? value = Number(ref cursor, encoding);
        return (encoding & Indirect) != 0 ? null : (encoding & PlaceMask) switch
        {
            0 => value,
            Relative => value + place,
            _ => null,
        };
    }

    private static ulong? Number(ref ByteCursor cursor, byte encoding) => (encoding & FormMask) switch
    {
        Absolute or Udata8 or Sdata8 => cursor.U64(),
        Udata4 => cursor.U32(),
        Udata2 => cursor.U16(),
        Sdata4 => (ulong)(int)cursor.U32(),
        Sdata2 => (ulong)(short)cursor.U16(),
        _ => null,
    };
}
