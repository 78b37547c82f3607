using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>
/// Reads a trigger's condition: <c>READING COMPARISON NUMBER [for N samples]</c>, where a reading is a selector,
/// <c>rate(SELECTOR[TIME])</c>, <c>delta(SELECTOR[TIME])</c> or <c>sum(READING)</c>, and a selector <c>NAME{LABEL="VALUE",…}</c>.
/// </summary>
internal sealed class TriggerParser
{
    private const int MostSamples = 1000;

    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1), s_longest = TimeSpan.FromHours(1);

    private static readonly (string Text, Comparison Comparison)[] s_comparisons =
    [
        (">=", Comparison.GreaterOrEqual), ("<=", Comparison.LessOrEqual), ("==", Comparison.Equal), ("!=", Comparison.NotEqual), (">", Comparison.Greater), ("<", Comparison.Less),
    ];

    private readonly string _text;
    private int _at;

    private TriggerParser(string text) => _text = text;

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none; the message tells where, and what is expected.</exception>
    internal static TriggerExpression Parse(string text)
    {
        var parser = new TriggerParser(text);
        TriggerExpression expression = parser.Whole();
        return parser.Peek() == '\0' ? expression : throw parser.Wrong("the end");
    }

    private TriggerExpression Whole()
    {
        bool isSummed = false;
        string name = Name("a metric, rate(, delta( or sum(");
        if (Peek() == '(' && name == "sum")
        {
            isSummed = true;
            Take('(');
            name = Name("a metric, rate( or delta(");
        }
        var reading = Reading.Value;
        TimeSpan window = default;
        MetricSelector selector;
        if (Peek() == '(')
        {
            reading = name switch
            {
                "rate" => Reading.Rate,
                "delta" => Reading.Delta,
                _ => throw new FormatException($"column {_at - name.Length + 1}: there is no function {name}; there are rate, delta and sum"),
            };
            Take('(');
            selector = Selector(Name("a metric"));
            window = Window();
            Take(')');
        }
        else
        {
            selector = Selector(name);
        }
        if (isSummed)
            Take(')');
        Comparison comparison = Compared();
        double threshold = Number();
        return new TriggerExpression(_text, selector, reading, window, isSummed, comparison, threshold, Samples());
    }

    private MetricSelector Selector(string metric)
    {
        List<LabelTest> labels = [];
        if (Peek() != '{')
            return new MetricSelector(metric, labels);
        Take('{');
        while (Peek() != '}')
        {
            labels.Add(Label());
            if (Peek() == ',')
                Take(',');
            else if (Peek() != '}')
                throw Wrong("',' or '}'");
        }
        Take('}');
        return new MetricSelector(metric, labels);
    }

    private LabelTest Label()
    {
        string name = Name("a label");
        foreach (string test in (ReadOnlySpan<string>)["=~", "!~", "!=", "="])
        {
            if (!Skip(test))
                continue;
            string value = Quoted();
            return new LabelTest(name, value, test[0] == '!', test[^1] == '~' ? Pattern(value) : null);
        }
        throw Wrong("=, !=, =~ or !~");
    }

    private Regex Pattern(string text)
    {
        try
        {
            return new Regex($"^(?:{text})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"column {_at - text.Length}: '{text}' is no regular expression that can be used: {wrong.Message}");
        }
    }

    private string Quoted()
    {
        if (Peek() is not ('"' or '\''))
            throw Wrong("a value in quotes");
        char quote = _text[_at++];
        var value = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote)
        {
            if (_text[_at] == '\\' && _at + 1 < _text.Length && (_text[_at + 1] == quote || _text[_at + 1] == '\\'))
                _at++;
            value.Append(_text[_at++]);
        }
        if (_at == _text.Length)
            throw Wrong($"the other {quote}");
        _at++;
        return value.ToString();
    }

    private TimeSpan Window()
    {
        Take('[');
        int end = _text.IndexOf(']', _at);
        string time = end < 0 ? "" : _text[_at..end].Trim();
        if (!OptionTypes.DurationBetween(s_shortest, s_longest).TryParse(new ConfigScalar(default, time), out TimeSpan window, out _))
            throw Wrong("a time from 1s to 1h, such as 1m, and ']'");
        _at = end + 1;
        return window;
    }

    private Comparison Compared()
    {
        foreach ((string text, Comparison comparison) in s_comparisons)
            if (Skip(text))
                return comparison;
        throw Wrong("one of > >= < <= == !=");
    }

    private double Number()
    {
        Peek();
        int end = _at;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is '.' or '-' or '+'))
            end++;
        if (!double.TryParse(_text.AsSpan(_at, end - _at), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
            throw Wrong("a number");
        _at = end;
        return number;
    }

    private int Samples()
    {
        if (Peek() == '\0')
            return 1;
        if (Name("'for N samples' or the end") != "for")
            throw Wrong("'for N samples' or the end");
        double samples = Number();
        if (samples is < 1 or > MostSamples || samples != Math.Floor(samples))
            throw Wrong($"a whole number from 1 to {MostSamples} before 'samples'");
        if (Name("'samples'") is not ("samples" or "sample"))
            throw Wrong("'samples'");
        return (int)samples;
    }

    private string Name(string expected)
    {
        Peek();
        int end = _at;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is '_' or ':'))
            end++;
        if (end == _at || char.IsAsciiDigit(_text[_at]))
            throw Wrong(expected);
        string name = _text[_at..end];
        _at = end;
        return name;
    }

    private char Peek()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
        return _at < _text.Length ? _text[_at] : '\0';
    }

    private bool Skip(string text)
    {
        Peek();
        if (!_text.AsSpan(_at).StartsWith(text, StringComparison.Ordinal))
            return false;
        _at += text.Length;
        return true;
    }

    private void Take(char wanted)
    {
        if (Peek() != wanted)
            throw Wrong($"'{wanted}'");
        _at++;
    }

    private FormatException Wrong(string expected)
    {
        string rest = _text[Math.Min(_at, _text.Length)..];
        return new FormatException($"column {_at + 1}: expected {expected}, found {(rest.Length == 0 ? "the end" : $"'{rest}'")}");
    }
}
