using System.Text;

namespace Huatuo.Profiling.Symbols;

/// <summary>Passes over types, template arguments and expressions of a name of the Itanium C++ ABI.</summary>
/// <param name="name">The name.</param>
/// <param name="at">Where to begin.</param>
/// <param name="depth">How deep in it that is.</param>
internal ref struct CppTypes(ReadOnlySpan<byte> name, int at, int depth)
{
    private const int Deepest = 96;
    private readonly ReadOnlySpan<byte> _name = name;

    internal int At { get; set; } = at;

    internal int Depth { get; private set; } = depth;

    internal readonly int Peek(int ahead = 0) => At + ahead < _name.Length ? _name[At + ahead] : 0;

    internal int Next() => At < _name.Length ? _name[At++] : 0;

    internal bool Skip(int count)
    {
        At += count;
        return At <= _name.Length;
    }

    internal bool Take(ReadOnlySpan<byte> text)
    {
        if (At > _name.Length || !_name[At..].StartsWith(text))
            return false;
        At += text.Length;
        return true;
    }

    /// <summary>Digits, after an <c>n</c> for less than zero.</summary>
    internal bool Number()
    {
        Take("n"u8);
        int begin = At;
        OptionalNumber();
        return At > begin;
    }

    internal bool OptionalNumber()
    {
        while (Peek() is >= '0' and <= '9')
            At++;
        return true;
    }

    /// <summary>A length, and so many letters.</summary>
    internal bool SourceName(out ReadOnlySpan<byte> text)
    {
        text = default;
        int length = 0, begin = At;
        while (Peek() is >= '0' and <= '9' && length < _name.Length)
            length = length * 10 + _name[At++] - '0';
        if (At == begin || length == 0 || length > _name.Length - At)
        {
            At = begin;
            return false;
        }
        text = _name.Slice(At, length);
        At += length;
        return true;
    }

    /// <summary>From <c>I</c> (or <c>J</c>, a pack) to its <c>E</c>.</summary>
    internal bool TemplateArguments()
    {
        if (Peek() is not ('I' or 'J') || !Enter())
            return false;
        At++;
        while (!Take("E"u8))
            if (!TemplateArgument())
                return false;
        return Leave();
    }

    /// <summary>A type.</summary>
    internal bool Type() => Enter() && OneType() && Leave();

    private bool TemplateArgument() => Peek() switch
    {
        'X' => Skip(1) && Expression() && Take("E"u8),
        'L' => Expression(),
        'J' => TemplateArguments(),
        _ => Type(),
    };

    private bool Enter() => ++Depth <= Deepest && At < _name.Length;

    private bool Leave()
    {
        Depth--;
        return true;
    }

    private bool OneType()
    {
        int first = Peek();
        if (first is 'N' or 'Z' or (>= '0' and <= '9'))
            return Named();
        At++;
        switch (first)
        {
            case 'P' or 'R' or 'O' or 'C' or 'G' or 'K' or 'V' or 'r':
                return Type();
            case 'u':
                return SourceName(out _) && Arguments();
            case 'U':
                return SourceName(out _) && Arguments() && Type();
            case 'D':
                return Decimal();
            case 'F':
                return Until('E');
            case 'A':
                return (Take("_"u8) || (Peek() is >= '0' and <= '9' ? OptionalNumber() : Expression()) && Take("_"u8)) && Type();
            case 'M':
                return Type() && Type();
            case 'T':
                return Peek() is 's' or 'u' or 'e' ? Skip(1) && Named() : OptionalNumber() && Take("_"u8) && Arguments();
            case 'S':
                At--;
                return Named();
            default:
                return "vwbcahstijlmxynofdegz"u8.Contains((byte)first);
        }
    }

    private bool Arguments() => Peek() != 'I' || TemplateArguments();

    // Of a function type: its language, types, what it is applied to.
    private bool Until(char end)
    {
        Take("Y"u8);
        while (Peek() != end)
            if (!(Peek() is 'R' or 'O' && Peek(1) == end ? Skip(1) : Type()))
                return false;
        return Skip(1);
    }

    private bool Decimal()
    {
        int kind = Next();
        switch (kind)
        {
            case 'd' or 'e' or 'f' or 'h' or 'i' or 'u' or 's' or 'a' or 'c' or 'n':
                return true;
            case 'p' or 'o':
                return Type();
            case 't' or 'T' or 'O':
                return Expression() && Take("E"u8) && (kind != 'O' || Type());
            case 'F':
                return OptionalNumber() && (Take("_"u8) || Take("b"u8) || Take("x"u8));
            case 'B' or 'U':
                return OptionalNumber() && Take("_"u8);
            case 'v':
                return OptionalNumber() && Take("_"u8) && Type();
            case 'w':
                return Until('E');
            default:
                return false;
        }
    }

    // A name within a type may be what stood before, which only its place tells.
    private bool Named()
    {
        if (Peek() == 'S' && Peek(1) != 't')
            return Substitution() && Arguments();
        if (Peek() == 'N')
            return Path();
        int position = At;
        bool isRead = CppName.TryName(_name, new StringBuilder(), ref position, Depth + 1);
        At = position;
        return isRead && Arguments();
    }

    private bool Substitution()
    {
        At++;
        if ("absiod"u8.Contains((byte)Peek()))
            return Skip(1);
        while (Peek() is >= '0' and <= '9' or >= 'A' and <= 'Z')
            At++;
        return Take("_"u8);
    }

    private bool Path()
    {
        At++;
        while (Peek() is 'r' or 'V' or 'K' or 'R' or 'O')
            At++;
        while (!Take("E"u8))
            if (!PathPart())
                return false;
        return true;
    }

    private bool PathPart()
    {
        switch (Peek())
        {
            case 'I':
                return TemplateArguments();
            case 'S':
                return Take("St"u8) || Substitution();
            case 'T':
                return Skip(1) && OptionalNumber() && Take("_"u8);
            case 'L' or 'M':
                return Skip(1);
            case 'B':
                return Skip(1) && SourceName(out _);
            case 'C':
                return Skip(2);
            case 'D' when Peek(1) is 't' or 'T':
                return Type();
            case 'D':
                return Skip(2);
            case 'U' when Peek(1) == 'l':
                At += 2;
                return Until('E') && OptionalNumber() && Take("_"u8);
            case 'U' when Peek(1) == 't':
                return Skip(2) && OptionalNumber() && Take("_"u8);
            case 'c' when Peek(1) == 'v':
                return Skip(2) && Type();
            default:
                return SourceName(out _) || (CppOperators.Find(Peek(), Peek(1)) is not null && Skip(2));
        }
    }

    private bool Expression() => Enter() && OneExpression() && Leave();

    private bool OneExpression()
    {
        if (Take("L"u8))
            return Literal();
        if (Take("T"u8))
            return OptionalNumber() && Take("_"u8);
        if (Take("fp"u8))
            return OptionalNumber() && Take("_"u8);
        if (Take("cl"u8) || Take("il"u8) || Take("sP"u8))
            return List();
        if (Take("tl"u8))
            return Type() && List();
        if (Take("sr"u8))
            return Type() && (SourceName(out _) || (Take("on"u8) && Skip(2))) && Arguments();
        if (Take("st"u8) || Take("at"u8) || Take("ti"u8))
            return Type();
        if (Take("sz"u8) || Take("az"u8) || Take("nx"u8) || Take("te"u8) || Take("sp"u8) || Take("gs"u8) || Take("sZ"u8) || Take("tw"u8))
            return Expression();
        if (Take("cv"u8))
            return Type() && (Take("_"u8) ? List() : Expression());
        if (Take("dc"u8) || Take("sc"u8) || Take("cc"u8) || Take("rc"u8))
            return Type() && Expression();
        if (Take("dt"u8) || Take("pt"u8))
            return Expression() && Expression();
        if (Take("on"u8))
            return Skip(2) && Arguments();
        if (SourceName(out _))
            return Arguments();
        return Operation();
    }

    private bool Operation()
    {
        int first = Peek(), second = Peek(1);
        if (CppOperators.Find(first, second) is null || first is 'n' && second is 'w' or 'a')
            return false;
        At += 2;
        bool isUnary = (first, second) is ('p', 's') or ('n', 'g') or ('a', 'd') or ('d', 'e') or ('c', 'o') or ('n', 't');
        if ((first, second) is ('p', 'p') or ('m', 'm'))
        {
            Take("_"u8);
            isUnary = true;
        }
        return Expression() && (isUnary || Expression()) && ((first, second) is not ('q', 'u') || Expression());
    }

    private bool List()
    {
        while (!Take("E"u8))
            if (!Expression())
                return false;
        return true;
    }

    // A value of a type, or the name of something.
    private bool Literal()
    {
        if (Take("_Z"u8))
        {
            int position = At;
            bool isRead = CppName.TryEncoding(_name, new StringBuilder(), ref position, Depth + 1);
            At = position;
            while (isRead && !Take("E"u8))
                isRead = Type();
            return isRead;
        }
        if (!Type())
            return false;
        int end = At <= _name.Length ? _name[At..].IndexOf((byte)'E') : -1;
        return end >= 0 && Skip(end + 1);
    }
}
