using Huatuo.Flow.Options;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Huatuo.Agent.Configuration;

/// <summary>
/// Builds a tree from the events of one YAML document. Of YAML this takes mappings, sequences and scalars; anchors,
/// aliases, tags and further documents are errors, so that what stands in the file is what holds.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>How deep nodes can be nested.</summary>
    public const int Deepest = 32;

    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly string _source;
    private readonly Diagnostics _diagnostics;

    public YamlTree(string text, string source, Diagnostics diagnostics)
    {
        _scanner = new Scanner(new StringReader(text));
        _parser = new Parser(_scanner);
        _source = source;
        _diagnostics = diagnostics;
    }

    /// <summary>Reads the document; null when it is empty or broken, the latter with an error.</summary>
    public ConfigNode? Read()
    {
        try
        {
            return ReadDocument();
        }
        catch (YamlException e)
        {
            _diagnostics.Add(At(e.Start), "", $"not valid YAML: {e.Message}");
            return null;
        }
        catch (TooDeepException e)
        {
            _diagnostics.Add(e.Position, "", $"nested deeper than {Deepest} levels");
            return null;
        }
    }

    private ConfigNode? ReadDocument()
    {
        Next();
        if (Next() is not DocumentStart)
            return null;
        ConfigNode root = ReadNode(Next(), 0);
        Next();
        if (Next() is DocumentStart second)
            _diagnostics.Add(At(second.Start), "", "a second document; the configuration is one document");
        return root is ConfigScalar { IsNull: true } ? null : root;
    }

    private ParsingEvent Next()
    {
        Mark mark = _scanner.CurrentPosition;
        try
        {
            if (_parser.MoveNext() && _parser.Current is { } current)
                return current;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The parser throws these at some texts instead of its own exception, such as a flow list that goes on in
            // the first column.
            mark = _scanner.CurrentPosition;
            throw new YamlException(mark, mark, "cannot be read from here; check indentation, brackets and quotes", e);
        }

        throw new YamlException(mark, mark, "the text ends too early");
    }

    private ConfigNode ReadNode(ParsingEvent current, int depth)
    {
        Position position = At(current.Start);
        if (depth > Deepest)
            throw new TooDeepException(position);
        if (current is NodeEvent node)
            Check(node, position);
        return current switch
        {
            Scalar scalar => new ConfigScalar(position, scalar.Value, isQuoted: scalar.Style != ScalarStyle.Plain),
            SequenceStart => ReadSequence(position, depth),
            MappingStart => ReadMapping(position, depth),
            _ => Alias(position),
        };
    }

    private ConfigScalar Alias(Position position)
    {
        _diagnostics.Add(position, "", "aliases (*name) are not possible here; write the value again");
        return new ConfigScalar(position, "");
    }

    private ConfigSequence ReadSequence(Position position, int depth)
    {
        var items = new List<ConfigNode>();
        for (ParsingEvent current = Next(); current is not SequenceEnd; current = Next())
            items.Add(ReadNode(current, depth + 1));
        return new ConfigSequence(position, items);
    }

    private ConfigMapping ReadMapping(Position position, int depth)
    {
        var entries = new List<ConfigEntry>();
        var places = new Dictionary<string, Position>();
        for (ParsingEvent current = Next(); current is not MappingEnd; current = Next())
        {
            ConfigNode key = ReadNode(current, depth + 1);
            ConfigNode value = ReadNode(Next(), depth + 1);
            if (key is not ConfigScalar { IsNull: false } scalar)
                _diagnostics.Add(key.Position, "", $"expected a key, found {key.Describe()}");
            else if (places.TryAdd(scalar.Text, key.Position))
                entries.Add(new ConfigEntry(scalar.Text, key.Position, value));
            else
                _diagnostics.Add(key.Position, "", $"the key {key.Describe()} stands twice, first in line {places[scalar.Text].Line}");
        }

        return new ConfigMapping(position, entries);
    }

    private void Check(NodeEvent node, Position position)
    {
        if (!node.Anchor.IsEmpty)
            _diagnostics.Add(position, "", "anchors (&name) are not possible here; leave it out");
        if (!node.Tag.IsEmpty)
            _diagnostics.Add(position, "", "tags (!name) are not possible here; leave it out");
    }

    private Position At(Mark mark) => new(_source, (int)long.Max(1, mark.Line), (int)long.Max(1, mark.Column));

    private sealed class TooDeepException(Position position) : Exception
    {
        public Position Position { get; } = position;
    }
}
