using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>This program as one that does nothing but one managed function.</summary>
internal static class ManagedSpinner
{
    /// <summary>What its function is called by the runtime.</summary>
    internal const string Function = "ManagedSpinner::Whirl";

    private const string Asked = "HUATUO_KERNEL_TESTS_SPINNER";

    /// <summary>Whether this is that program.</summary>
    internal static bool IsAsked => Environment.GetEnvironmentVariable(Asked) is not null;

    /// <summary>Never returns.</summary>
    internal static void Run()
    {
        Console.WriteLine("ready");
        for (long sum = 0; ;)
            sum += Whirl(sum);
    }

    /// <summary>Starts it with the map of its functions.</summary>
    internal static async Task<Process> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.Environment[Asked] = "1";
        start.Environment["DOTNET_PerfMapEnabled"] = "1";
        Process process = Process.Start(start)!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        return process;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Whirl(long sum)
    {
        for (int i = 0; i < 100_000_000; i++)
            sum = sum * 31 + i;
        return sum;
    }
}
