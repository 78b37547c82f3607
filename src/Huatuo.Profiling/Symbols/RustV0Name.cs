using System.Text;

namespace Huatuo.Profiling.Symbols;

/// <summary>
/// Names of Rust's newer scheme (RFC 2603): <c>_R</c> and a path. Gives the path of the function, without generic arguments. What
/// refers back may refer far, so a reading has a bound of steps, depth and length.
/// </summary>
internal ref struct RustV0Name
{
    private const int MostSteps = 4096, MostDepth = 64, LongestText = 1024;

    private readonly ReadOnlySpan<byte> _name;
    private readonly StringBuilder _text = new();
    private int _at, _steps, _depth, _silent;

    private RustV0Name(ReadOnlySpan<byte> name) => _name = name;

    /// <summary>The readable path.</summary>
    /// <returns>Null when it is no such name, or goes beyond a bound.</returns>
    internal static string? Read(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> rest = name[2..];
        int suffix = rest.IndexOf((byte)'.');
        if (suffix >= 0)
            rest = rest[..suffix];
        var reader = new RustV0Name(rest);
        if (!reader.Path() || !reader.IsInstantiated())
            return null;
        return reader._text.Length > 0 ? reader._text.ToString() : null;
    }

    private bool IsInstantiated()
    {
        _silent++;
        return _at == _name.Length || (Path() && _at == _name.Length);
    }

    private bool Path()
    {
        if (++_steps > MostSteps || ++_depth > MostDepth || !TryNext(out byte kind))
            return false;
        bool isRight = kind switch
        {
            (byte)'C' => Identifier(out ReadOnlySpan<byte> crate) && Put(crate),
            (byte)'M' => ImplementationPath() && Type(),
            (byte)'X' => ImplementationPath() && Put("<"u8) && Type() && Put(" as "u8) && Path() && Put(">"u8),
            (byte)'Y' => Put("<"u8) && Type() && Put(" as "u8) && Path() && Put(">"u8),
            (byte)'N' => Nested(),
            (byte)'I' => Path() && Arguments(),
            (byte)'B' => Back(static (ref RustV0Name reader) => reader.Path()),
            _ => false,
        };
        _depth--;
        return isRight;
    }

    private bool Nested()
    {
        if (!TryNext(out byte space) || !Path() || !Identifier(out ReadOnlySpan<byte> name))
            return false;
        return space switch
        {
            (byte)'C' => Put("::{closure}"u8),
            (byte)'S' => Put("::{shim}"u8),
            _ => name.IsEmpty || (Put("::"u8) && Put(name)),
        };
    }

    private bool ImplementationPath()
    {
        _silent++;
        bool isRight = Disambiguator() && Path();
        _silent--;
        return isRight;
    }

    private bool Arguments()
    {
        _silent++;
        while (!Take('E'))
        {
            bool isRight = Take('L') ? Number(out _) : Take('K') ? Constant() : Type();
            if (!isRight)
                return false;
        }
        _silent--;
        return true;
    }

    private bool Type()
    {
        if (++_steps > MostSteps || ++_depth > MostDepth || _at >= _name.Length)
            return false;
        byte kind = _name[_at];
        bool isRight;
        if (kind is >= (byte)'a' and <= (byte)'z')
        {
            _at++;
            isRight = Basic(kind) is { Length: > 0 } basic && Put(Encoding.ASCII.GetBytes(basic));
        }
        else if (kind is (byte)'C' or (byte)'M' or (byte)'X' or (byte)'Y' or (byte)'N' or (byte)'I')
        {
            isRight = Path();
        }
        else
        {
            _at++;
            isRight = Composed(kind);
        }
        _depth--;
        return isRight;
    }

    private bool Composed(byte kind) => kind switch
    {
        (byte)'A' => Put("["u8) && Type() && Constant() && Put("]"u8),
        (byte)'S' => Put("["u8) && Type() && Put("]"u8),
        (byte)'T' => Tuple(),
        (byte)'R' => Lifetime() && Put("&"u8) && Type(),
        (byte)'Q' => Lifetime() && Put("&mut "u8) && Type(),
        (byte)'P' => Put("*const "u8) && Type(),
        (byte)'O' => Put("*mut "u8) && Type(),
        (byte)'F' => Put("fn"u8) && Function(),
        (byte)'D' => Put("dyn "u8) && Dynamic(),
        (byte)'B' => Back(static (ref RustV0Name reader) => reader.Type()),
        _ => false,
    };

    private bool Tuple()
    {
        Put("("u8);
        for (bool isFirst = true; !Take('E'); isFirst = false)
            if ((!isFirst && !Put(", "u8)) || !Type())
                return false;
        return Put(")"u8);
    }

    private bool Function()
    {
        _silent++;
        if (!Binder())
            return false;
        Take('U');
        if (Take('K') && !Take('C') && !Undisambiguated(out _))
            return false;
        while (!Take('E'))
            if (!Type())
                return false;
        bool isRight = Type();
        _silent--;
        return isRight;
    }

    private bool Dynamic()
    {
        if (!Binder())
            return false;
        for (bool isFirst = true; !Take('E'); isFirst = false)
        {
            if ((!isFirst && !Put(" + "u8)) || !Path())
                return false;
            _silent++;
            while (Take('p'))
                if (!Undisambiguated(out _) || !Type())
                    return false;
            _silent--;
        }
        return Take('L') && Number(out _);
    }

    private bool Constant()
    {
        _silent++;
        bool isRight = Take('p') || (Take('B') ? Back(static (ref RustV0Name reader) => reader.Constant()) : Type() && Data());
        _silent--;
        return isRight;
    }

    private bool Data()
    {
        Take('n');
        while (TryNext(out byte digit))
        {
            if (digit == '_')
                return true;
            if (!char.IsAsciiHexDigitLower((char)digit))
                return false;
        }
        return false;
    }

    private delegate bool Reading(ref RustV0Name reader);

    private bool Back(Reading read)
    {
        int from = _at - 1;
        if (!Number(out ulong to) || to >= (ulong)from)
            return false;
        (int after, _at) = (_at, (int)to);
        bool isRight = read(ref this);
        _at = after;
        return isRight;
    }

    private bool Binder() => !Take('G') || Number(out _);

    private bool Lifetime() => !Take('L') || Number(out _);

    private bool Disambiguator() => !Take('s') || Number(out _);

    private bool Identifier(out ReadOnlySpan<byte> name)
    {
        name = default;
        return Disambiguator() && Undisambiguated(out name);
    }

    private bool Undisambiguated(out ReadOnlySpan<byte> name)
    {
        name = default;
        Take('u');
        int length = 0, digits = _at;
        // A 0 is all of its number: what follows is the next one.
        while (_at < _name.Length && char.IsAsciiDigit((char)_name[_at]) && length <= _name.Length && (_at == digits || length > 0))
            length = length * 10 + _name[_at++] - '0';
        if (_at == digits)
            return false;
        Take('_');
        if (length > _name.Length - _at)
            return false;
        name = _name.Slice(_at, length);
        _at += length;
        return true;
    }

    // In base 62: digits, lower case, upper case; "_" is 0, and everything else one more than it says. Hashes of crates fill 64 bits.
    private bool Number(out ulong number)
    {
        number = 0;
        if (Take('_'))
            return true;
        while (TryNext(out byte digit))
        {
            if (digit == '_')
            {
                number++;
                return true;
            }
            int value = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'z' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'Z' => digit - 'A' + 36,
                _ => -1,
            };
            if (value < 0)
                return false;
            number = unchecked(number * 62 + (uint)value);
        }
        return false;
    }

    private bool Put(ReadOnlySpan<byte> text)
    {
        if (_silent == 0)
            _text.Append(Encoding.UTF8.GetString(text));
        return _text.Length <= LongestText;
    }

    private bool Take(char letter)
    {
        bool isThere = _at < _name.Length && _name[_at] == letter;
        if (isThere)
            _at++;
        return isThere;
    }

    private bool TryNext(out byte letter)
    {
        letter = _at < _name.Length ? _name[_at] : (byte)0;
        return _at++ < _name.Length;
    }

    private static string Basic(byte kind) => (char)kind switch
    {
        'a' => "i8",
        'b' => "bool",
        'c' => "char",
        'd' => "f64",
        'e' => "str",
        'f' => "f32",
        'h' => "u8",
        'i' => "isize",
        'j' => "usize",
        'l' => "i32",
        'm' => "u32",
        'n' => "i128",
        'o' => "u128",
        's' => "i16",
        't' => "u16",
        'u' => "()",
        'v' => "...",
        'x' => "i64",
        'y' => "u64",
        'z' => "!",
        'p' => "_",
        _ => "",
    };
}
