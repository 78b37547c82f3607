using System.Runtime.InteropServices;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>Signals by their numbers, which are the same on all machines that .NET runs on.</summary>
internal static partial class Signal
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void Send(int process, int signal) => Assert.Equal(0, kill(process, signal));

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
