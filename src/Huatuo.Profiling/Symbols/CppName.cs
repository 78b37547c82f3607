using System.Text;

namespace Huatuo.Profiling.Symbols;

/// <summary>Reads the path of a function out of a name of the Itanium C++ ABI, and passes over all types.</summary>
internal ref struct CppName
{
    private const int DeepestNesting = 96, LongestText = 4096;
    private readonly ReadOnlySpan<byte> _name;
    private readonly StringBuilder _text;
    private CppTypes _types;

    private CppName(ReadOnlySpan<byte> name, StringBuilder text, int at, int depth)
    {
        _name = name;
        _text = text;
        _types = new CppTypes(name, at, depth);
    }

    /// <summary>The path, and what a compiler appended, such as <c>.cold</c>.</summary>
    /// <returns>Null when it is not understood.</returns>
    internal static string? Read(ReadOnlySpan<byte> name)
    {
        int dot = name.IndexOf((byte)'.');
        var text = new StringBuilder();
        int at = 2;
        if (!TryEncoding(dot < 0 ? name : name[..dot], text, ref at, 0) || text.Length == 0)
            return null;
        return dot < 0 ? text.ToString() : text.Append(System.Text.Encoding.ASCII.GetString(name[dot..])).ToString();
    }

    /// <summary>The path of an entity; its arguments are left where they are.</summary>
    internal static bool TryEncoding(ReadOnlySpan<byte> name, StringBuilder text, ref int at, int depth)
    {
        if (depth > DeepestNesting)
            return false;
        var reader = new CppName(name, text, at, depth);
        bool isRead = reader.Encoding();
        at = reader._types.At;
        return isRead;
    }

    /// <summary>The path alone.</summary>
    internal static bool TryName(ReadOnlySpan<byte> name, StringBuilder text, ref int at, int depth)
    {
        if (depth > DeepestNesting)
            return false;
        var reader = new CppName(name, text, at, depth);
        bool isRead = reader.Name();
        at = reader._types.At;
        return isRead;
    }

    private bool Encoding()
    {
        // Functions that go on to another: through a table, with another result, to a variable of the thread.
        if (_types.Take("Th"u8))
            return CallOffset('h') && Nested();
        if (_types.Take("Tv"u8))
            return CallOffset('v') && Nested();
        if (_types.Take("Tc"u8))
            return CallOffset(_types.Next()) && CallOffset(_types.Next()) && Nested();
        if (_types.Take("TW"u8) || _types.Take("TH"u8))
            return Name();
        return Name();
    }

    private bool Nested()
    {
        int at = _types.At;
        bool isRead = TryEncoding(_name, _text, ref at, _types.Depth + 1);
        _types.At = at;
        return isRead;
    }

    private bool CallOffset(int kind) =>
        kind == 'h' ? _types.Number() && _types.Take("_"u8) : kind == 'v' && _types.Number() && _types.Take("_"u8) && _types.Number() && _types.Take("_"u8);

    private bool Name()
    {
        if (_types.Take("N"u8))
            return Path();
        if (_types.Take("Z"u8))
            return Local();
        if (_types.Take("St"u8))
            _text.Append("std::");
        else if (_types.Peek() == 'S')
            return Abbreviation() && Arguments();
        _types.Take("L"u8);
        return Unqualified(last: "") && Arguments();
    }

    private bool Arguments() => _types.Peek() != 'I' || _types.TemplateArguments();

    // N, qualifiers of the function, parts of the path, E.
    private bool Path()
    {
        while (_types.Peek() is 'r' or 'V' or 'K' or 'R' or 'O')
            _types.At++;
        int begin = _text.Length;
        for (int last = begin; !_types.Take("E"u8);)
        {
            switch (_types.Peek())
            {
                case 'I' when _text.Length > begin:
                    if (!_types.TemplateArguments())
                        return false;
                    continue;
                case 'L' or 'M':
                    _types.At++;
                    continue;
                case 'B':
                    _types.At++;
                    if (!_types.SourceName(out _))
                        return false;
                    continue;
            }
            // A constructor repeats the part before it, so that a path could become far longer than its name.
            if (_text.Length > LongestText)
                return false;
            string before = _text.ToString(last, _text.Length - last);
            if (_text.Length > begin)
                _text.Append("::");
            last = _text.Length;
            bool isRead = _types.Take("St"u8) ? Append("std") : _types.Peek() == 'S' ? Abbreviation() : Unqualified(before);
            if (!isRead)
                return false;
        }
        return _text.Length > begin;
    }

    private bool Append(string text)
    {
        _text.Append(text);
        return true;
    }

    // What a name stands for that was there before is not known; it never comes first in the path of a function.
    private bool Abbreviation()
    {
        ReadOnlySpan<byte> codes = "absiod"u8;
        int code = codes.IndexOf((byte)_types.Peek(1));
        if (code < 0)
            return false;
        _types.At += 2;
        return Append(code switch { 0 => "std::allocator", 1 or 2 => "std::basic_string", 3 => "std::basic_istream", 4 => "std::basic_ostream", _ => "std::basic_iostream" });
    }

    // Z, a function with its arguments, E, what is in it.
    private bool Local()
    {
        if (!Nested())
            return false;
        while (!_types.Take("E"u8))
            if (!_types.Type())
                return false;
        if (_types.Take("s"u8))
            return Append("::{string}");
        if (_types.Take("d"u8) && !(_types.OptionalNumber() && _types.Take("_"u8)))
            return false;
        _text.Append("::");
        int at = _types.At;
        bool isRead = TryName(_name, _text, ref at, _types.Depth + 1);
        _types.At = at;
        return isRead && Discriminator();
    }

    private bool Discriminator()
    {
        if (_types.Take("__"u8))
            return _types.Number() && _types.Take("_"u8);
        return !_types.Take("_"u8) || _types.Number();
    }

    private bool Unqualified(string last)
    {
        if (_types.SourceName(out ReadOnlySpan<byte> source))
            return Append(source.StartsWith("_GLOBAL__N"u8) ? "(anonymous namespace)" : System.Text.Encoding.UTF8.GetString(source)) && Tags();
        int first = _types.Peek(), second = _types.Peek(1);
        if (first is 'C' or 'D' && second is >= '0' and <= '9' or 'I')
        {
            _types.At += second == 'I' ? 3 : 2;
            return last.Length > 0 && Append((first == 'D' ? "~" : "") + last[(last.LastIndexOf(':') + 1)..]) && (second != 'I' || _types.Type()) && Tags();
        }
        if (_types.Take("Ul"u8))
        {
            while (!_types.Take("E"u8))
                if (!_types.Type())
                    return false;
            return _types.OptionalNumber() && _types.Take("_"u8) && Append("{lambda}");
        }
        if (_types.Take("Ut"u8))
            return _types.OptionalNumber() && _types.Take("_"u8) && Append("{unnamed}");
        if (_types.Take("cv"u8))
            return _types.Type() && Append("operator (cast)");
        if (_types.Take("li"u8))
            return _types.SourceName(out ReadOnlySpan<byte> suffix) && Append("operator\"\" " + System.Text.Encoding.UTF8.GetString(suffix));
        return CppOperators.Find(first, second) is { } symbol && _types.Skip(2) && Append("operator" + (char.IsLetter(symbol[0]) ? " " : "") + symbol) && Tags();
    }

    private bool Tags()
    {
        while (_types.Take("B"u8))
            if (!_types.SourceName(out _))
                return false;
        return true;
    }
}
