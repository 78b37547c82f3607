using System.Numerics;
using System.Runtime.CompilerServices;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;

namespace Huatuo.Flow.Filter;

/// <summary>The rules of one tracer, ready to be asked for every event. Safe for use from several threads.</summary>
public sealed class RuleSet
{
    /// <summary>How many rules one tracer can have: one bit each.</summary>
    public const int Capacity = 64;

    private readonly FunctionTest[][] _functions;
    private readonly FieldTree _tree = new();
    private readonly FieldProbe[] _probes;

    // Where the field conditions of each rule start; the last element is the end.
    private readonly int[] _starts;

    /// <summary>Makes the enabled rules of a tracer ready.</summary>
    /// <param name="tracer">The tracer's wire name.</param>
    /// <param name="rules">Rules of any tracers, in order.</param>
    /// <exception cref="ArgumentException">
    /// There are too many rules or conditions, or an operand is not what its operator needs.
    /// </exception>
    public RuleSet(string tracer, IEnumerable<Rule> rules)
    {
        Rules = [.. rules.Where(rule => rule.Enabled && rule.Tracer == tracer)];
        if (Rules.Count > Capacity)
            throw new ArgumentException($"The tracer '{tracer}' has {Rules.Count} rules; {Capacity} are possible.", nameof(rules));
        _functions = [.. Rules.Select(rule => rule.Functions.Select(condition => new FunctionTest(condition)).ToArray())];
        _starts = new int[Rules.Count + 1];
        var probes = new List<FieldProbe>();
        for (int rule = 0; rule < Rules.Count; rule++)
        {
            foreach (FieldCondition condition in Rules[rule].Fields)
            {
                _tree.Add(condition.Field, probes.Count);
                probes.Add(new FieldProbe(rule, FieldTest.Create(condition)));
            }

            _starts[rule + 1] = probes.Count;
        }

        if (probes.Count > ConditionBits.Capacity)
            throw new ArgumentException($"The rules of '{tracer}' compare {probes.Count} fields; {ConditionBits.Capacity} are possible.", nameof(rules));
        _probes = [.. probes];
    }

    /// <summary>The enabled rules in order; results are indices of this list.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>
    /// A bit for every rule whose function conditions hold for a stack; set for a rule without any. The answer depends on
    /// the stack alone, so it is worth keeping beside it.
    /// </summary>
    public ulong MatchStack(StackFrames frames)
    {
        ulong mask = 0;
        for (int rule = 0; rule < _functions.Length; rule++)
        {
            if (HoldAll(_functions[rule], frames))
                mask |= 1UL << rule;
        }

        return mask;
    }

    /// <summary>The index of the first rule that holds for an event, or -1. Allocates nothing.</summary>
    /// <param name="mask">What <see cref="MatchStack"/> gave for the event's stack.</param>
    /// <param name="fields">The event; its fields are walked over only when a rule of the mask asks for fields.</param>
    /// <param name="container">Whose the event is; its fields are compared too.</param>
    public int FirstMatch<TEvent>(ulong mask, in TEvent fields, Container? container = null)
        where TEvent : struct, IEventFields, allows ref struct
    {
        ulong candidates = UpToUnconditional(mask);
        if (candidates == 0)
            return -1;
        int first = BitOperations.TrailingZeroCount(candidates);
        if (!HasFields(first))
            return first;
        var matcher = new FieldMatcher(_tree, _probes, candidates);
        container?.Write(ref matcher);
        Unsafe.AsRef(in fields).Write(ref matcher);
        for (; candidates != 0; candidates &= candidates - 1)
        {
            int rule = BitOperations.TrailingZeroCount(candidates);
            if (matcher.Held(_starts[rule], _starts[rule + 1]))
                return rule;
        }

        return -1;
    }

    private static bool HoldAll(FunctionTest[] tests, in StackFrames frames)
    {
        foreach (FunctionTest test in tests)
        {
            if (!test.Holds(frames))
                return false;
        }

        return true;
    }

    /// <summary>Of a mask, the rules up to the first that asks for no field: those behind it never win.</summary>
    private ulong UpToUnconditional(ulong mask)
    {
        ulong candidates = 0;
        for (; mask != 0; mask &= mask - 1)
        {
            int rule = BitOperations.TrailingZeroCount(mask);
            if (rule >= Rules.Count)
                break;
            candidates |= 1UL << rule;
            if (!HasFields(rule))
                break;
        }

        return candidates;
    }

    private bool HasFields(int rule) => _starts[rule] != _starts[rule + 1];
}
