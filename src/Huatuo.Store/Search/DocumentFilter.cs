using System.Globalization;
using System.Text.Json;

namespace Huatuo.Store.Search;

/// <summary>Says whether a document is what a query asks for, tracer and time aside. Used by one thread at a time.</summary>
internal sealed class DocumentFilter
{
    private static readonly string[] ContainerFields = ["container_id", "container_name"];
    private static readonly string[] PodFields = ["pod_name", "pod_uid", "container_hostname"];

    private readonly Condition[] _conditions;
    private readonly List<int> _lengths = [];
    private byte[] _path = new byte[256];
    private byte[] _unescaped = new byte[256];

    /// <exception cref="ArgumentException">An operand is not what its operator needs.</exception>
    public DocumentFilter(EventQuery query)
    {
        List<Condition> conditions = [.. SoughtWord.Parse(query.Text).Select(word => new WordCondition(word))];
        if (query.Container is { } container)
            conditions.Add(new NamedCondition(ContainerFields, container, prefixOf: "container_id"));
        if (query.Pod is { } pod)
            conditions.Add(new NamedCondition(PodFields, pod));
        if (query.Pid is { } pid)
            conditions.Add(new NamedCondition(["pid"], pid.ToString(CultureInfo.InvariantCulture)));
        if (query.Comm is { } comm)
            conditions.Add(new NamedCondition(["comm"], comm));
        conditions.AddRange(query.Where.Select(condition => new FieldPathCondition(condition)));
        _conditions = [.. conditions];
    }

    /// <summary>Whether every document passes.</summary>
    public bool PassesAll => _conditions.Length == 0;

    /// <summary>Words that every document holds that passes: of each group at least one.</summary>
    public IEnumerable<IReadOnlyList<SoughtWord>> Implied => _conditions.SelectMany(condition => condition.Implied);

    /// <summary>Whether a document passes.</summary>
    /// <param name="document">The whole document.</param>
    public bool Passes(ReadOnlySpan<byte> document)
    {
        if (PassesAll)
            return true;
        foreach (Condition condition in _conditions)
            condition.Begin();
        Walk(document);
        return Array.TrueForAll(_conditions, condition => condition.Holds);
    }

    private void Walk(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document);
        _lengths.Clear();
        int length = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    _lengths.Add(length);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    length = _lengths[^1];
                    _lengths.RemoveAt(_lengths.Count - 1);
                    break;
                case JsonTokenType.PropertyName:
                    length = Append(_lengths[^1], reader.ValueSpan);
                    break;
                default:
                    See(ref reader, _path.AsSpan(0, length));
                    break;
            }
        }
    }

    private int Append(int parent, ReadOnlySpan<byte> name)
    {
        int start = parent == 0 ? 0 : parent + 1;
        int length = start + name.Length;
        if (_path.Length < length)
            Array.Resize(ref _path, Math.Max(_path.Length * 2, length));
        if (parent > 0)
            _path[parent] = (byte)'.';
        name.CopyTo(_path.AsSpan(start));
        return length;
    }

    private void See(ref Utf8JsonReader reader, ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'.') + 1)..];
        ReadOnlySpan<byte> value = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            if (_unescaped.Length < value.Length)
                _unescaped = new byte[Math.Max(_unescaped.Length * 2, value.Length)];
            value = _unescaped.AsSpan(0, JsonValue.Copy(ref reader, _unescaped));
        }
        foreach (Condition condition in _conditions)
            condition.See(path, name, reader.TokenType, value);
    }
}
