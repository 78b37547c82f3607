using System.Globalization;
using System.Text.RegularExpressions;

namespace Huatuo.Http.Upstream;

/// <summary>What upstream tells of an RDMA device with each counter, from <c>/sys/class/infiniband/DEVICE</c>.</summary>
/// <param name="sysRoot">Where sys is mounted.</param>
internal sealed partial class RdmaDevices(string sysRoot)
{
    /// <summary>Its GUID as upstream writes it, the last byte first: <c>40:bd:b3:00:03:a1:42:0c</c>; empty when it is not told.</summary>
    public string NodeGuid(string device)
    {
        try
        {
            string digits = File.ReadAllText($"{Folder(device)}/node_guid").Trim().Replace(":", "", StringComparison.Ordinal);
            return Guid().IsMatch(digits) ? string.Join(':', digits.Chunk(2).Reverse().Select(pair => new string(pair))) : "";
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>How many ports it has.</summary>
    public string Ports(string device)
    {
        try
        {
            return Directory.GetDirectories($"{Folder(device)}/ports").Length.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return "0";
        }
    }

    private string Folder(string device) => $"{sysRoot}/class/infiniband/{device}";

    [GeneratedRegex("^[0-9a-f]{16}$")]
    private static partial Regex Guid();
}
