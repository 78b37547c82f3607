using Huatuo.Bpf.Features;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Cookies of network namespaces: each has one since 5.12, before that only one whose cookie somebody asked for (<c>net/core/net_namespace.c</c>).</summary>
internal static class NetnsCookies
{
    internal static bool Exist
    {
        get
        {
            using KernelBtf? btf = KernelBtf.TryOpen();
            return btf?.HasFunction("__net_gen_cookie") == false;
        }
    }
}
