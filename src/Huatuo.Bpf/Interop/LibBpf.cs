using System.Reflection;
using System.Runtime.InteropServices;

namespace Huatuo.Bpf.Interop;

/// <summary>The part of libbpf 1.1 and newer that is used; names and signatures are those of its headers.</summary>
internal static unsafe partial class LibBpf
{
    private const string Library = "libbpf";

    static LibBpf()
    {
        NativeLibrary.SetDllImportResolver(typeof(LibBpf).Assembly, Resolve);
        libbpf_set_print(&LibBpfLog.OnMessage);
    }

    [LibraryImport(Library)]
    internal static partial uint libbpf_major_version();

    [LibraryImport(Library)]
    internal static partial uint libbpf_minor_version();

    [LibraryImport(Library)]
    private static partial nint libbpf_set_print(delegate* unmanaged[Cdecl]<int, byte*, nint, int> callback);

    [LibraryImport(Library)]
    internal static partial int libbpf_num_possible_cpus();

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint bpf_object__open_mem(void* image, nuint size, OpenOptions* options);

    [LibraryImport(Library)]
    internal static partial int bpf_object__load(BpfObjectHandle @object);

    [LibraryImport(Library)]
    internal static partial void bpf_object__close(nint @object);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_program(BpfObjectHandle @object, nint previous);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_map(BpfObjectHandle @object, nint previous);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint bpf_object__find_map_by_name(BpfObjectHandle @object, string name);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__btf(BpfObjectHandle @object);

    [LibraryImport(Library)]
    internal static partial byte* bpf_program__name(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_autoload(nint program, byte autoload);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_log_buf(nint program, byte* buffer, nuint size);

    [LibraryImport(Library)]
    internal static partial int bpf_program__fd(nint program);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint bpf_program__attach(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_link__destroy(nint link);

    [LibraryImport(Library)]
    internal static partial int bpf_link__fd(nint link);

    [LibraryImport(Library)]
    internal static partial int bpf_iter_create(int link);

    [LibraryImport(Library)]
    internal static partial int bpf_map__fd(nint map);

    [LibraryImport(Library)]
    internal static partial byte* bpf_map__name(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__key_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__value_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__max_entries(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__set_max_entries(nint map, uint entries);

    [LibraryImport(Library)]
    internal static partial int bpf_map__set_map_flags(nint map, uint flags);

    [LibraryImport(Library)]
    internal static partial int bpf_map__set_autocreate(nint map, byte create);

    [LibraryImport(Library)]
    internal static partial void* bpf_map__initial_value(nint map, out nuint size);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_elem(int fd, void* key, void* value);

    [LibraryImport(Library)]
    internal static partial int bpf_map_update_elem(int fd, void* key, void* value, ulong flags);

    [LibraryImport(Library)]
    internal static partial int bpf_map_delete_elem(int fd, void* key);

    [LibraryImport(Library)]
    internal static partial int bpf_map_get_next_key(int fd, void* key, void* next);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_batch(int fd, void* batchIn, void* batchOut, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_and_delete_batch(int fd, void* batchIn, void* batchOut, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_map_create(int type, string? name, uint keySize, uint valueSize, uint entries, void* options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_prog_load(int type, string? name, string license, ulong* instructions, nuint count, void* options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_raw_tracepoint_open(string? name, int program);

    [LibraryImport(Library)]
    internal static partial int bpf_obj_get_info_by_fd(int fd, void* info, uint* length);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_test_run_opts(int program, TestRunOptions* options);

    [LibraryImport(Library)]
    internal static partial int bpf_enable_stats(int type);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint btf__load_vmlinux_btf();

    [LibraryImport(Library)]
    internal static partial void btf__free(nint btf);

    [LibraryImport(Library)]
    internal static partial uint btf__type_cnt(nint btf);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int btf__find_by_name_kind(nint btf, string name, uint kind);

    [LibraryImport(Library)]
    internal static partial uint* btf__type_by_id(nint btf, uint id);

    [LibraryImport(Library)]
    internal static partial byte* btf__name_by_offset(nint btf, uint offset);

    internal static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    // Shipped beside the program, else the distribution's. The NativeAOT flavour links libbpf in and never asks.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (string candidate in (ReadOnlySpan<string>)[Path.Combine(AppContext.BaseDirectory, "libbpf.so.1"), "libbpf.so.1"])
            if (NativeLibrary.TryLoad(candidate, out nint handle))
                return handle;
        return 0;
    }

    /// <summary><c>struct bpf_map_create_opts</c> of libbpf 0.7, which later ones extend.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MapOptions
    {
        public nuint Size;
        public uint Btf;
        public uint BtfKeyType;
        public uint BtfValueType;
        public uint BtfVmlinuxValueType;
        public uint InnerMap;
        public uint Flags;
        public ulong Extra;
        public uint NumaNode;
        public uint NetworkDevice;
    }

    /// <summary><c>struct bpf_prog_load_opts</c> of libbpf 1.0, as far as it is used.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ProgramOptions
    {
        public nuint Size;
        public int Attempts;
        public uint ExpectedAttachType;
        public uint ProgramBtf;
        public uint Flags;
        public uint NetworkDevice;
        public uint KernelVersion;
        public uint AttachFunction;
        public uint AttachTo;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct TestRunOptions
    {
        public nuint Size;
        public void* DataIn;
        public void* DataOut;
        public uint DataInBytes;
        public uint DataOutBytes;
        public ulong* Context;
        public void* ContextOut;
        public uint ContextBytes;
        public uint ContextOutBytes;
        public uint Result;
        public int Repeat;
        public uint Duration;
        public uint Flags;
        public uint Cpu;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenOptions
    {
        public nuint Size;
        public byte* ObjectName;
        public byte RelaxedMaps;
        public byte* PinRootPath;
        public uint Reserved;
        public byte* KernelConfig;
        public byte* BtfCustomPath;
        public byte* KernelLogBuffer;
        public nuint KernelLogSize;
        public uint KernelLogLevel;
    }
}
