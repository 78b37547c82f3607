using System.Globalization;
using System.Text.Json;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>
/// A network card of the module netdevsim (drivers/net/netdevsim): once it is up, it reports a packet of its own, ten times a second,
/// to each of its traps that pass packets on to the kernel.
/// </summary>
internal sealed class TrappingCard : IDisposable
{
    private const string Number = "10", Handle = "netdevsim/netdevsim" + Number, Bus = "/sys/bus/netdevsim/";

    /// <summary>Skips the test on a machine that is kept, and on a kernel without the module.</summary>
    internal TrappingCard()
    {
        DisposableMachine.Require();
        DisposableMachine.RequireModule("netdevsim");
        File.WriteAllText(Bus + "new_device", $"{Number} 1");
        Device = Path.GetFileName(Directory.GetDirectories($"{Bus}devices/netdevsim{Number}/net").Single());
        Index = int.Parse(File.ReadAllText($"/sys/class/net/{Device}/ifindex"), CultureInfo.InvariantCulture);
        Command.Run("", "ip", "link", "set", Device, "up");
    }

    /// <summary>Its name.</summary>
    internal string Device { get; }

    /// <summary>Its index.</summary>
    internal int Index { get; }

    /// <summary>Lets a trap report what the card throws away, or keep it to itself.</summary>
    internal static void Report(string trap, bool reports) => Command.Run("", "devlink", "trap", "set", Handle, "trap", trap, "action", reports ? "trap" : "drop");

    /// <summary>How many packets a trap has reported, as the kernel counts.</summary>
    internal static int Reported(string trap)
    {
        using JsonDocument told = JsonDocument.Parse(Command.Run("", "devlink", "-s", "-j", "trap", "show", Handle, "trap", trap));
        return told.RootElement.GetProperty("trap").GetProperty(Handle)[0].GetProperty("stats").GetProperty("rx").GetProperty("packets").GetInt32();
    }

    public void Dispose() => File.WriteAllText(Bus + "del_device", Number);
}
