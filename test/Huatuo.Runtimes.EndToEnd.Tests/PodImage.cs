using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>An image that holds busybox alone, as an archive that runtimes import.</summary>
internal static class PodImage
{
    internal const string Name = "localhost/huatuo-test:1";

    internal static void Write(string path)
    {
        byte[] layer = Tar(("bin/busybox", File.ReadAllBytes("/bin/busybox")));
        string architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";
        string digest = Convert.ToHexStringLower(SHA256.HashData(layer));
        string config = $$$"""{"architecture":"{{{architecture}}}","os":"linux","config":{"Cmd":["/bin/busybox","sleep","600"]},"rootfs":{"type":"layers","diff_ids":["sha256:{{{digest}}}"]}}""";
        string manifest = $$"""[{"Config":"config.json","RepoTags":["{{Name}}"],"Layers":["layer.tar"]}]""";
        File.WriteAllBytes(path, Tar(("layer.tar", layer), ("config.json", Encoding.UTF8.GetBytes(config)), ("manifest.json", Encoding.UTF8.GetBytes(manifest))));
    }

    private static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
            foreach ((string name, byte[] content) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(content),
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
                });
        return bytes.ToArray();
    }
}
