using System.Buffers.Binary;
using Huatuo.Store.Files;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Spool;

/// <summary>
/// Keeps up to where the server has acknowledged. Two places are written in turn, each with a number that grows and a CRC-32C,
/// so that a torn write leaves the one before it. Lost as a whole, it costs that documents are sent again.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class AcknowledgedFile(string path) : IDisposable
{
    private const int PlaceBytes = 32;
    private const int ContentBytes = 24;
    private const uint FileMode = 0x1a0; // 0640

    private SafeFileHandle? _file;
    private ulong _turn;

    /// <summary>The position that was kept last; zeros for none.</summary>
    public (ulong Segment, long Offset) Position { get; private set; }

    /// <summary>Reads the position, if there is one.</summary>
    public void Read()
    {
        byte[] places = new byte[2 * PlaceBytes];
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            int read = RandomAccess.Read(file, places, 0);
            for (int at = 0; at + PlaceBytes <= read; at += PlaceBytes)
                Take(places.AsSpan(at, PlaceBytes));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Without it everything that is there is sent.
        }
    }

    /// <summary>Keeps a position.</summary>
    /// <returns>The failure, or null.</returns>
    public string? Keep(ulong segment, long offset)
    {
        Span<byte> place = stackalloc byte[PlaceBytes];
        place.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(place, ++_turn);
        BinaryPrimitives.WriteUInt64LittleEndian(place[8..], segment);
        BinaryPrimitives.WriteInt64LittleEndian(place[16..], offset);
        BinaryPrimitives.WriteUInt32LittleEndian(place[ContentBytes..], Crc32C.Append(Crc32C.Start, place[..ContentBytes]));
        Position = (segment, offset);
        if (_file is null)
        {
            int number = Libc.Open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOCTTY, FileMode);
            if (number < 0)
                return IoFailure.Last("open", path).ToString();
            _file = new SafeFileHandle(number, ownsHandle: true);
        }
        try
        {
            RandomAccess.Write(_file, place, (long)(_turn % 2) * PlaceBytes);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Dispose();
            return $"cannot write {path}: {fault.Message}";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private void Take(ReadOnlySpan<byte> place)
    {
        ulong turn = BinaryPrimitives.ReadUInt64LittleEndian(place);
        if (turn <= _turn || BinaryPrimitives.ReadUInt32LittleEndian(place[ContentBytes..]) != Crc32C.Append(Crc32C.Start, place[..ContentBytes]))
            return;
        _turn = turn;
        Position = (BinaryPrimitives.ReadUInt64LittleEndian(place[8..]), BinaryPrimitives.ReadInt64LittleEndian(place[16..]));
    }
}
