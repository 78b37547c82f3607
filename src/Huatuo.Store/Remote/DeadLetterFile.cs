using System.Text.Json;
using Huatuo.Store.Files;

namespace Huatuo.Store.Remote;

/// <summary>
/// Keeps what a server refuses for good, a JSON object with time, tracer, reason and document on each line. When the file is full
/// it replaces the one before it, so that there are never more than two.
/// </summary>
/// <param name="path">The file; its folder is there.</param>
/// <param name="time">Time.</param>
/// <param name="log">Takes one line about a failure.</param>
internal sealed class DeadLetterFile(string path, TimeProvider time, Action<string> log)
{
    private const int LargestBytes = 4 << 20;
    private const uint FileMode = 0x1a0; // 0640

    private bool _failing;

    /// <summary>Keeps documents. One that cannot be kept is told to the log, and counted all the same.</summary>
    /// <param name="tracer">Whose.</param>
    /// <param name="reason">Why the server refuses it.</param>
    /// <param name="documents">How many, when it is not known which.</param>
    /// <param name="document">The document; empty when it is not known which.</param>
    public void Keep(string tracer, string reason, long documents, ReadOnlySpan<byte> document)
    {
        try
        {
            var info = new FileInfo(path);
            if (info.Exists && info.Length + document.Length > LargestBytes)
                File.Move(path, path + ".1", overwrite: true);
            using FileStream file = Open();
            Append(file, Line(tracer, reason, documents, document));
            _failing = false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            if (!_failing)
                log($"refused events cannot be kept in {path}: {fault.Message}");
            _failing = true;
        }
    }

    // Of a line that the disk has no room for nothing is left, behind which the next would be none.
    private static void Append(FileStream file, byte[] line)
    {
        long length = file.Length;
        try
        {
            file.Write(line);
        }
        catch (IOException)
        {
            _ = Libc.Truncate(file.SafeFileHandle, length);
            throw;
        }
    }

    private FileStream Open()
    {
        int number = Libc.Open(path, Libc.O_RDWR | Libc.O_APPEND | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOCTTY, FileMode);
        return number < 0
            ? throw new IOException(IoFailure.Last("open", path).ToString())
            : new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(number, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    private byte[] Line(string tracer, string reason, long documents, ReadOnlySpan<byte> document)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().UtcDateTime);
            json.WriteString("tracer", tracer);
            json.WriteNumber("events", documents);
            json.WriteString("reason", reason);
            if (!document.IsEmpty)
            {
                json.WritePropertyName("document");
                json.WriteRawValue(document, skipInputValidation: true);
            }
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        return line.ToArray();
    }
}
