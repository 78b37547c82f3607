namespace Huatuo.Tracers.Network.NetdevEvents;

/// <summary>What became of a device.</summary>
internal enum LinkStatus
{
    AdminUp,
    AdminDown,
    CarrierUp,
    CarrierDown,
}

/// <summary>Its names in labels; documents put <c>linkstatus_</c> before.</summary>
internal static class LinkStatusNames
{
    internal static string Name(this LinkStatus status) => status switch
    {
        LinkStatus.AdminUp => "adminup",
        LinkStatus.AdminDown => "admindown",
        LinkStatus.CarrierUp => "carrierup",
        _ => "carrierdown",
    };
}
