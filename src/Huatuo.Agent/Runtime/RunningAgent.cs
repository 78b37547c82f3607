using System.Globalization;
using System.Net.Sockets;
using Huatuo.Http.Security;
using Huatuo.Linux;

namespace Huatuo.Agent.Runtime;

/// <summary>The agent that runs on this machine, found by the Unix socket that it listens on.</summary>
/// <param name="Process">Its process; null when there is none, or it is not found.</param>
/// <param name="Word">The process, or <c>no</c> or <c>unknown</c>.</param>
/// <param name="Note">How it was found, or why not.</param>
internal sealed record RunningAgent(int? Process, string Word, string Note)
{
    /// <summary>Looks for it.</summary>
    /// <param name="path">The socket, <c>api.socket</c>; empty when it is switched off.</param>
    internal static RunningAgent Find(string path)
    {
        if (path.Length == 0)
            return new RunningAgent(null, "unknown", "an agent is found by its Unix socket, which api.socket switches off");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            return new RunningAgent(null, "no", $"no agent listens on {path} (api.socket)");
        }
        catch (Exception fault) when (fault is SocketException or ArgumentException)
        {
            return new RunningAgent(null, "unknown", $"{path} (api.socket): {fault.Message}");
        }
        return PeerCredentials.Of(socket) is { Process: > 0 } listener
            ? new RunningAgent(listener.Process, listener.Process.ToString(CultureInfo.InvariantCulture), $"listens on {path}")
            : new RunningAgent(null, "unknown", $"listens on {path}, and is in a namespace of processes that is not to be seen from here");
    }

    /// <summary>What it still has of the capabilities that are used, and how many others.</summary>
    /// <param name="procRoot">Where the kernel tells of processes.</param>
    internal IReadOnlyList<Diagnosis.Feature> Describe(string procRoot = "/proc")
    {
        var process = new Diagnosis.Feature("process", Word, Note);
        if (Process is not { } id)
            return [process];
        return Capabilities.TryRead(out Capabilities its, procRoot, Word)
            ? [process, .. Privileges.Describe(its, "allowed and not used; it could not give them up")]
            : [process, new Diagnosis.Feature("capabilities", "unknown", string.Create(CultureInfo.InvariantCulture, $"{procRoot}/{id}/status does not tell them"))];
    }
}
