namespace Huatuo.Tracers.Network.Lacp;

/// <summary>A port that found its partner, or lost it.</summary>
/// <param name="BondName">The bond.</param>
/// <param name="Slave">The device.</param>
/// <param name="IsGained">Found, not lost.</param>
/// <param name="Partner">With whom.</param>
/// <param name="Bond">The bond as it is now; null when it is gone.</param>
internal sealed record LacpChange(string BondName, string Slave, bool IsGained, string Partner, Bond? Bond)
{
    /// <summary>The port as it is now; null when it is no part of the bond any more.</summary>
    internal BondPort? Port { get; } = Bond?.Ports.FirstOrDefault(port => port.Slave == Slave);

    internal string Status => IsGained ? "gained" : "lost";
}
