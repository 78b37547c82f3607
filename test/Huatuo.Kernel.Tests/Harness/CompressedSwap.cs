namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Swap of 64 MiB in compressed memory, which waits for no disk; off again with this. A machine that is thrown away keeps the device.</summary>
internal sealed class CompressedSwap : IDisposable
{
    private const string Device = "/dev/zram0";

    internal CompressedSwap()
    {
        DisposableMachine.RequireModule("zram");
        File.WriteAllText("/sys/block/zram0/disksize", "64M");
        Command.Run("", "mkswap", Device);
        Command.Run("", "swapon", Device);
    }

    public void Dispose()
    {
        Command.Run("", "swapoff", Device);
        File.WriteAllText("/sys/block/zram0/reset", "1");
    }
}
