namespace Huatuo.Gen.Tests;

public sealed class RejectionTests
{
    private const string Prefix = TemporaryRepository.Source + ": ";

    [Theory]
    [InlineData("__u64 a; __u32 b; __u64 c;", "struct r, member c: has a hole of 4 bytes before it, at byte 12; name the padding")]
    [InlineData("__u64 a; __u8 b[7];", "struct r, member b: has a hole of 1 byte after it, at the end; name the padding")]
    [InlineData("__u32 a; __u64 tail[];", "struct r, member tail: has a hole of 4 bytes before it, at byte 4; name the padding")]
    [InlineData("__u64 a; void *b;", "struct r, member b: is a pointer; use __u64 for an address")]
    [InlineData("__u64 a; struct r *b[2];", "struct r, member b: is a pointer; use __u64 for an address")]
    [InlineData("__u32 a; __u32 b : 32;", "struct r, member b: is a bitfield; use whole integers and masks")]
    [InlineData("__u32 a : 8; __u32 b : 24;", "struct r, member a: is a bitfield; use whole integers and masks\nstruct r, member b: is a bitfield; use whole integers and masks")]
    [InlineData("__u64 a; union { __u64 b; __u8 c[8]; };", "struct r, member (unnamed at byte 8): is unnamed; name the nested struct or union")]
    [InlineData("__u64 a; struct { __u64 b; };", "struct r, member (unnamed at byte 8): is unnamed; name the nested struct or union")]
    [InlineData("__u64 a; struct { __u64 b; void *c; } d;", "unnamed struct RD, member c: is a pointer; use __u64 for an address")]
    [InlineData("__u64 a; union { __u64 b; __u8 c[9]; } d;", "unnamed union RD, member c: has a hole of 7 bytes after it, at the end; name the padding")]
    [InlineData("__u64 a[0]; __u64 b;", "struct r, member a: is an array without elements; only the last of several members may be one")]
    [InlineData("__u64 a; struct { __u64 n; __u64 tail[]; } b;", "struct r, member b: holds a struct that ends in a flexible array")]
    [InlineData("__u64 a; double b;", "struct r, member b: is a floating point number")]
    [InlineData("__u64 a; __u64 a_; ", "struct r, member a_: another member is called A in C# too; rename one")]
    [InlineData("__int128 a;", "struct r, member a: is an integer of 16 bytes")]
    public void NamesTheMember(string members, string expected) =>
        Assert.Equal(Prefixed(expected), Reject($"struct r {{ {members} }};\nconst struct r *const abi_r = 0;"));

    [Theory]
    [InlineData("__u8 a; __u32 b;", "struct r, member b: is packed: at byte 1, not a multiple of 4\nstruct r, member b: is packed: the struct ends after 5 bytes, not a multiple of 4")]
    [InlineData("__u64 a; __u32 b;", "struct r, member b: is packed: the struct ends after 12 bytes, not a multiple of 8")]
    public void RejectsPackedStructs(string members, string expected) =>
        Assert.Equal(Prefixed(expected), Reject($"struct r {{ {members} }} __attribute__((packed));\nconst struct r *const abi_r = 0;"));

    [Fact]
    public void ReportsEverythingAtOnce()
    {
        const string code = """
            struct inner { __u8 a; __u16 b; };
            struct r { struct inner inner; void *p; __u8 last; };
            struct key { __u8 a; __u32 b; };
            const struct r *const abi_r = 0;
            struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, struct key); __type(value, void *); } m SEC(".maps");
            const __u32 cfg_folded = 3;
            volatile __u32 cfg_variable = 3;
            """;

        Assert.Equal(
            Prefixed("""
                cfg_folded: is not volatile, so the compiler folds its value; write: const volatile
                cfg_variable: is not constant, so it cannot be a knob; write: const volatile
                map m, value: is a pointer; use __u64 for an address
                struct inner, member b: has a hole of 1 byte before it, at byte 1; name the padding
                struct key, member b: has a hole of 3 bytes before it, at byte 1; name the padding
                struct r, member last: has a hole of 7 bytes after it, at the end; name the padding
                struct r, member p: has a hole of 4 bytes before it, at byte 4; name the padding
                struct r, member p: is a pointer; use __u64 for an address
                """),
            Reject(code));
    }

    [Theory]
    [InlineData("struct r; const struct r *const abi_r = 0;", "anchor abi_r: struct r is declared but not defined")]
    [InlineData("struct r { __u32 a; }; enum R { X }; const struct r *const abi_r = 0; const enum R *const abi_e = 0;", "enum R: another type of this object is called R in C# too; rename one")]
    [InlineData("const __u32 abi_r = 0;", "abi_r: is not an anchor; write: const struct T *const abi_T = 0;")]
    [InlineData("const volatile __u32 cfg_a_b = 0; const volatile __u32 cfg_a__b = 0;", "cfg_a_b: is called AB in C#, like cfg_a__b; rename it")]
    [InlineData("const volatile __u32 cfg_programs = 0;", "cfg_programs: is called Programs in C#, like a member that every object has; rename it")]
    [InlineData("struct r { __u64 b; }; struct e {}; const struct r *const abi_r = 0; const struct e *const abi_e = 0;", "struct e: it has no members")]
    [InlineData("enum e { A_X, A__X }; const enum e *const abi_e = 0;", "enum e, member A__X: another constant is called AX in C# too; rename one")]
    public void NamesTheDeclaration(string code, string expected) => Assert.Equal(Prefixed(expected), Reject(code));

    [Theory]
    [InlineData("__u64 monotonic_ns; char comm[16]; enum event_context context; __u32 pid;", "tgid at byte 28: unsigned unsigned int of 4 bytes there")]
    [InlineData("__u64 monotonic_ns; char comm[24];", "comm at byte 8: array of 24 here")]
    public void SharedTypesHaveOneLayout(string members, string difference)
    {
        using var repository = new TemporaryRepository();
        repository.Write("src/Huatuo.Bpf/include/abi.bpf.c", TemporaryRepository.Fixture("abi.c"));
        repository.Write(TemporaryRepository.Source, $$"""
            #include <linux/types.h>
            enum event_context { CONTEXT_TASK, CONTEXT_SOFTIRQ };
            struct event_header { {{members}} };
            const struct event_header *const abi_event_header = 0;
            """);

        (int code, _, string error) = repository.Run("records");

        Assert.Equal(1, code);
        Assert.StartsWith(Prefix + "struct event_header: differs from the one that abi.bpf.c exports: ", error, StringComparison.Ordinal);
        Assert.Contains(difference, error, StringComparison.Ordinal);
        Assert.False(repository.Exists("src/Huatuo.Bpf/include/Abi.g.cs"));
    }

    [Fact]
    public void OneNamespaceHasEachTypeOnce()
    {
        using var repository = new TemporaryRepository();
        repository.Write(TemporaryRepository.Source, "struct r { int a; }; const struct r *const abi_r = 0;");
        repository.Write("src/Huatuo.Tracers/Network/Sample/second.bpf.c", "struct r { int a; }; const struct r *const abi_r = 0;");

        (int code, _, string error) = repository.Run("records");

        Assert.Equal(1, code);
        Assert.Equal(
            "src/Huatuo.Tracers/Network/Sample/second.bpf.c: R: " + TemporaryRepository.Source
            + " has one too; export it in src/Huatuo.Bpf/include/abi.bpf.c\n",
            error);
    }

    private static string Prefixed(string lines) =>
        string.Concat(lines.Split('\n').Select(line => Prefix + line.TrimEnd('\r') + "\n"));

    private static string Reject(string code)
    {
        using var repository = new TemporaryRepository();
        repository.Write(TemporaryRepository.Source, $"#include <linux/types.h>\n#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n{code}\n");
        (int exit, _, string error) = repository.Run("records");
        Assert.Equal(error.Length == 0 ? 0 : 1, exit);
        Assert.Equal(error.Length == 0, repository.Exists(TemporaryRepository.Output));
        return error;
    }
}
