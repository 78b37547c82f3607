using System.Buffers;
using System.Text.Json;
using Huatuo.Store.Files;

namespace Huatuo.Http.Security;

/// <summary>The tokens of a data folder, in <c>tokens.json</c>, which only its owner may read.</summary>
/// <param name="dataDir">The folder.</param>
public sealed class TokenFile(string dataDir)
{
    /// <summary>The file in the data folder.</summary>
    public const string Name = "tokens.json";

    /// <summary>More than this are not kept.</summary>
    public const int MostTokens = 100;

    private const int LargestBytes = 1 << 20;
    private const int Version = 1;

    /// <summary>Its path.</summary>
    public string Path { get; } = System.IO.Path.Combine(dataDir, Name);

    /// <summary>Reads the tokens; none when there is no file.</summary>
    /// <exception cref="IOException">It cannot be read, others may write to it, or it is not what it should be.</exception>
    public IReadOnlyList<Token> Read()
    {
        try
        {
            const UnixFileMode others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
            if ((File.GetUnixFileMode(Path) & others) != 0)
                throw new IOException($"{Path} can be written by others than its owner; correct it with chmod 0600, and look at what is in it");
            if (new FileInfo(Path).Length > LargestBytes)
                throw new IOException($"{Path} is larger than a file of tokens can be");
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path));
            return Parse(json.RootElement);
        }
        catch (FileNotFoundException)
        {
            return [];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new IOException($"{Path} is not a file of tokens: {fault.Message}", fault);
        }
    }

    /// <summary>Changes the tokens, alone among all programs that do.</summary>
    /// <param name="change">Gives the new tokens for the old ones.</param>
    /// <exception cref="IOException">It cannot be read or written, or another program is changing it now.</exception>
    public void Change(Func<IReadOnlyList<Token>, IReadOnlyList<Token>> change)
    {
        const UnixFileMode folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, folder);
            // The stream holds a lock of the kernel's as long as it is open.
            using var held = new FileStream(Path + ".lock", new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            AtomicFile.Write(Path, Format(change(Read())), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException(fault.Message, fault);
        }
    }

    private static Token[] Parse(JsonElement root)
    {
        if (root.GetProperty("version").GetInt32() != Version)
            throw new FormatException("it was written by another version of huatuo");
        return [.. root.GetProperty("tokens").EnumerateArray().Take(MostTokens).Select(token =>
        {
            IEnumerable<string> scopes = token.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString() ?? "");
            if (!ScopeNames.TryParse(scopes, out Scope parsed, out string unknown))
                throw new FormatException($"there is no scope '{unknown}'");
            return new Token(
                token.GetProperty("name").GetString() ?? "", parsed, Convert.FromHexString(token.GetProperty("sha256").GetString() ?? ""), token.GetProperty("created_at").GetDateTimeOffset());
        })];
    }

    private static ReadOnlySpan<byte> Format(IReadOnlyList<Token> tokens)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteStartArray("tokens");
        foreach (Token token in tokens)
        {
            json.WriteStartObject();
            json.WriteString("name", token.Name);
            json.WriteStartArray("scopes");
            foreach (string scope in token.Scopes.Words())
                json.WriteStringValue(scope);
            json.WriteEndArray();
            json.WriteString("sha256", Convert.ToHexStringLower(token.Hash));
            json.WriteString("created_at", token.CreatedAt);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }
}
