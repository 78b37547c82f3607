using System.Diagnostics;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>One run of the program; killed when disposed.</summary>
internal sealed class HuatuoProcess : IAsyncDisposable
{
    private readonly Process _process;

    private HuatuoProcess(Process process)
    {
        _process = process;
        process.StandardInput.Close();
        Output = new Lines(process.StandardOutput);
        Error = new Lines(process.StandardError);
    }

    /// <summary>The process.</summary>
    public int Id => _process.Id;

    /// <summary>What it printed to standard output.</summary>
    public Lines Output { get; }

    /// <summary>What it printed to standard error.</summary>
    public Lines Error { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it.</summary>
    public static HuatuoProcess Start(Launch launch, params string[] arguments) =>
        new(Process.Start(launch.With(arguments))!);

    /// <summary>Starts it from <c>/</c>.</summary>
    public static HuatuoProcess Start(params string[] arguments) => Start(new Launch(), arguments);

    /// <summary>Runs it to its end.</summary>
    public static async Task<Ending> RunAsync(Launch launch, params string[] arguments)
    {
        await using HuatuoProcess process = Start(launch, arguments);
        return await process.EndAsync();
    }

    /// <summary>Runs it to its end from <c>/</c>.</summary>
    public static Task<Ending> RunAsync(params string[] arguments) => RunAsync(new Launch(), arguments);

    public void Signal(int signal) => Product.Signal.Send(Id, signal);

    /// <summary>Closes this end of its standard output.</summary>
    public void CloseOutput() => _process.StandardOutput.BaseStream.Dispose();

    /// <summary>Waits until it has ended and said everything.</summary>
    public async Task<Ending> EndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Eventually.Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"it did not end; it said: {Error.Text}");
        }
        await Output.Ended;
        await Error.Ended;
        return new Ending(_process.ExitCode, Output.Text, Error.Text);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
