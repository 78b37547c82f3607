using System.Buffers;
using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Store.Files;

namespace Huatuo.Agent.Configuration;

/// <summary>Options that were changed while the agent ran, in <c>options.json</c> of the data folder. They stand above the
/// configuration file and below the command line: values as the command line has them, and lists that it cannot have as JSON.</summary>
/// <param name="dataDir">The folder.</param>
internal sealed class KeptOptions(string dataDir)
{
    private const int Version = 1;
    private const int LargestBytes = 1 << 20;

    /// <summary>The file.</summary>
    internal string Path { get; } = System.IO.Path.Combine(dataDir, "options.json");

    /// <summary>Reads them; none when there is no file.</summary>
    /// <exception cref="IOException">It cannot be read, by an <see cref="UnauthorizedAccessException"/> when that is not allowed; or it is not what it should be.</exception>
    internal IReadOnlyList<Override> Read()
    {
        try
        {
            using FileStream file = File.OpenRead(Path);
            if (file.Length > LargestBytes)
                throw new IOException($"{Path} is larger than a file of options can be");
            using JsonDocument json = JsonDocument.Parse(file);
            if (json.RootElement.GetProperty("version").GetInt32() != Version)
                throw new IOException($"{Path} was written by another version of huatuo");
            return [.. json.RootElement.GetProperty("options").EnumerateObject().Select(Kept)];
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"{Path} cannot be read: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new IOException($"{Path} is not a file of options: {fault.Message}; correct it, or remove it", fault);
        }
    }

    /// <summary>Writes them in place of what is there.</summary>
    /// <exception cref="IOException">It cannot be written; what was there is as it was.</exception>
    internal void Write(IEnumerable<Override> options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartObject("options");
            foreach (Override option in options)
            {
                json.WritePropertyName(option.Path);
                if (option.IsJson)
                    json.WriteRawValue(option.Text);
                else
                    json.WriteStringValue(option.Text);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        if (buffer.WrittenCount > LargestBytes)
            throw new IOException($"{Path} would be larger than {new ByteSize(LargestBytes)}");
        try
        {
            AtomicFile.Write(Path, buffer.WrittenSpan, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"{Path} cannot be written: {fault.Message}", fault);
        }
    }

    private Override Kept(JsonProperty option)
    {
        if (option.Value.ValueKind == JsonValueKind.String)
            return new Override(option.Name, option.Value.GetString()!, Path);
        // What is no value at all is told here, and not when it is put into its place.
        if (option.Value.ValueKind != JsonValueKind.Array)
            throw new FormatException($"{option.Name} is neither text nor a list");
        _ = ConfigJson.Read(option.Value, Path);
        return new Override(option.Name, option.Value.GetRawText(), Path, IsJson: true);
    }
}
