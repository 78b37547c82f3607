using System.Diagnostics;
using System.Text;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Symbols;

public sealed class NamesTests
{
    [Theory]
    [InlineData("main", "main")]
    [InlineData("_Z3foov", "foo")]
    [InlineData("_ZN3foo3barEi", "foo::bar")]
    [InlineData("_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector::push_back")]
    [InlineData("_ZNKSt6vectorIiSaIiEE4sizeEv", "std::vector::size")]
    [InlineData("_ZNSsC1EPKcRKSaIcE", "std::basic_string::basic_string")]
    [InlineData("_ZN4Base4DeepC2ERKS0_", "Base::Deep::Deep")]
    [InlineData("_ZN4Base4DeepD0Ev", "Base::Deep::~Deep")]
    [InlineData("_ZN3mapIiN3foo3barEE4findERKi", "map::find")]
    [InlineData("_ZN12_GLOBAL__N_14workEv", "(anonymous namespace)::work")]
    [InlineData("_ZplRK5PointS1_", "operator+")]
    [InlineData("_ZN5PointaSERKS_", "Point::operator=")]
    [InlineData("_ZNK5PointcvbEv", "Point::operator (cast)")]
    [InlineData("_ZnwmSt11align_val_t", "operator new")]
    [InlineData("_ZZ4mainENKUlvE_clEv", "main::{lambda}::operator()")]
    [InlineData("_ZZN3foo3runEiENKUlRKT_E0_clIiEEDaS2_", "foo::run::{lambda}::operator()")]
    [InlineData("_ZSt4sortIPiEvT_S1_", "std::sort")]
    [InlineData("_ZN3fooILi3EE3barEv", "foo::bar")]
    [InlineData("_ZN3fooILb1EXsr3barIT_E5valueEE3runEv", "foo::run")]
    [InlineData("_ZNSt8functionIFviEEclEi", "std::function::operator()")]
    [InlineData("_ZThn16_N3foo3barEv", "foo::bar")]
    [InlineData("_ZN3foo3barEv.cold", "foo::bar.cold")]
    [InlineData("_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE6appendEPKc", "std::__cxx11::basic_string::append")]
    [InlineData("_ZN4core3ptr85drop_in_place$LT$std..rt..lang_start$LT$$LP$$RP$$GT$..$u7b$$u7b$closure$u7d$$u7d$$GT$17h0123456789abcdefE", "core::ptr::drop_in_place<std::rt::lang_start<()>::{{closure}}>")]
    [InlineData("_ZN3std2io5Write9write_all17hdeadbeefdeadbeefE", "std::io::Write::write_all")]
    [InlineData("_RNvC6_123foo3bar", "123foo::bar")]
    [InlineData("_RNvNtCs1234_7mycrate3bar3foo", "mycrate::bar::foo")]
    [InlineData("_RNCNvC7mycrate4main0B3_", "mycrate::main::{closure}")]
    [InlineData("_RINvC7mycrate3foohE", "mycrate::foo")]
    [InlineData("_RNvMNtC7mycrate3barNtB2_4Type3new", "mycrate::bar::Type::new")]
    [InlineData("_RNvXNtC7mycrate3barNtB2_4TypeNtB2_5Trait3run", "<mycrate::bar::Type as mycrate::bar::Trait>::run")]
    [InlineData("_RNvC7mycrate3foo.llvm.123", "mycrate::foo")]
    [InlineData("_RNvYTRShjENtC7mycrate5Trait3run", "<(&[u8], usize) as mycrate::Trait>::run")]
    [InlineData("_RNvNtNtCsgEmfK2I1SDS_4core3str8converts9from_utf8", "core::str::converts::from_utf8")]
    [InlineData("_RINvNvMs2_NtCslNYArtu3iFV_5alloc7raw_vecINtB8_11RawVecInnerpE7reserve21do_reserve_and_handleNtNtBa_5alloc6GlobalECsjrHSEGnQ3l9_3std", "alloc::raw_vec::RawVecInner::reserve::do_reserve_and_handle")]
    [InlineData("_RNCNvNtNtNtCsjrHSEGnQ3l9_3std3sys11personality3gcc14find_eh_actions_0B9_", "std::sys::personality::gcc::find_eh_action::{closure}")]
    [InlineData("_RNCNCNCNvNtCsjrHSEGnQ3l9_3std2rt19lang_start_internal00s_0B9_", "std::rt::lang_start_internal::{closure}::{closure}::{closure}")]
    [InlineData("_RB_", "_RB_")]
    [InlineData("_RNvC99foo", "_RNvC99foo")]
    [InlineData("_R", "_R")]
    [InlineData("_Z", "_Z")]
    [InlineData("_ZN3fooE3", "foo")]
    [InlineData("_ZN99fooE", "_ZN99fooE")]
    public void Names_become_readable_or_stay(string name, string readable) => Assert.Equal(readable, Demangler.Readable(Encoding.UTF8.GetBytes(name)));

    /// <summary>All names of the C++ library that every C++ program of this machine uses, against what its own tool makes of them.</summary>
    [Fact]
    public void Paths_are_those_that_the_compilers_own_tool_tells()
    {
        string library = Run("gcc", "", "-print-file-name=libstdc++.so.6").Trim();
        string[] names = [.. Run("nm", "", "-D", "--defined-only", library).Split('\n').Select(line => line.Split(' ')).Where(fields => fields.Length == 3 && fields[1] is "T" or "W").Select(fields => fields[2].Split('@')[0]).Where(name => name.StartsWith("_Z", StringComparison.Ordinal))];
        string[] whole = Run("c++filt", string.Join('\n', names) + "\n", "-p").Split('\n');
        Assert.InRange(names.Length, 1000, whole.Length);
        List<string> wrong = [];
        for (int i = 0; i < names.Length; i++)
            if (Plain(whole[i]) is { } plain && Demangler.Readable(Encoding.UTF8.GetBytes(names[i])) is { } read && read != plain)
                wrong.Add($"{names[i]}: {read}, not {plain}");
        Assert.True(wrong.Count <= names.Length / 100, $"{wrong.Count} of {names.Length}: {string.Join('\n', wrong.Take(20))}");
    }

    [Fact]
    public void A_name_made_to_grow_does_not()
    {
        string name = "_ZN1aI" + string.Concat(Enumerable.Range(0, 60).Select(i => $"St4pairIS{(i == 0 ? "a" : "0")}_S_E")) + "E1fEv";
        Assert.InRange(Demangler.Readable(Encoding.UTF8.GetBytes(name)).Length, 1, name.Length);
        string deep = "_Z1fI" + new string('P', 100_000) + "iEvv";
        Assert.Equal(deep, Demangler.Readable(Encoding.UTF8.GetBytes(deep)));
    }

    [Fact]
    public void Damaged_names_are_names_too()
    {
        string[] names = ["_ZZN3foo3runEiENKUlRKT_E0_clIiEEDaS2_", "_ZN3fooILb1EXsr3barIT_E5valueEE3runEv", "_ZN4core3ptr9drop_in_p$LT$std..rt$GT$17h0123456789abcdefE"];
        for (int seed = 0; seed < 20_000; seed++)
            Assert.NotNull(Demangler.Readable(Mutation.Of(Encoding.UTF8.GetBytes(names[seed % names.Length]), seed)));
    }

    // What is in angle brackets is left out here; operators that are angle brackets themselves are not compared, nor is what is no function.
    private static string? Plain(string name)
    {
        if (name.Contains("operator<", StringComparison.Ordinal) || name.Contains("operator>", StringComparison.Ordinal) || name.Contains("operator-", StringComparison.Ordinal)
            || name.Contains(" for ", StringComparison.Ordinal) || name.Contains("{lambda", StringComparison.Ordinal) || name.Contains("thunk to", StringComparison.Ordinal) || name.Contains("[abi:", StringComparison.Ordinal)
            || name.Contains("operator ", StringComparison.Ordinal) || name.StartsWith("_Z", StringComparison.Ordinal))
            return null;
        var text = new StringBuilder();
        int depth = 0;
        foreach (char letter in name)
        {
            depth += letter == '<' ? 1 : 0;
            if (depth == 0)
                text.Append(letter);
            depth -= letter == '>' ? 1 : 0;
        }
        string plain = text.ToString();
        return plain[(plain.LastIndexOf(' ') + 1)..];
    }

    private static string Run(string program, string input, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return output.Result;
    }
}
