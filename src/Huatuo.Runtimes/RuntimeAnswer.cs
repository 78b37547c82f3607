using System.Globalization;
using Huatuo.Flow.Containers;
using Huatuo.Runtimes.Kubelet;

namespace Huatuo.Runtimes;

/// <summary>What one runtime, or the kubelet, answered to one question.</summary>
/// <param name="Name">Who.</param>
/// <param name="Source">Whose word it is.</param>
/// <param name="Word"><c>yes</c>: it answered; <c>absent</c>: it need not be asked; <c>no</c>: it did not answer.</param>
/// <param name="Note">How many containers it names, or what is wrong.</param>
/// <param name="Names">By container id.</param>
public sealed record RuntimeAnswer(string Name, NameSource Source, string Word, string Note, IReadOnlyDictionary<string, ContainerNames> Names)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks all of them at once, each for 3 s at most.</summary>
    /// <param name="options">Where they listen.</param>
    /// <param name="kubelet">Where the kubelet listens.</param>
    /// <param name="stop">Ends the questions.</param>
    public static async Task<IReadOnlyList<RuntimeAnswer>> AskAsync(RuntimeOptions options, KubeletOptions kubelet, CancellationToken stop) =>
        await Task.WhenAll(RuntimeSet.Of(options, kubelet).Select(runtime => AskAsync(runtime, stop))).ConfigureAwait(false);

    private static async Task<RuntimeAnswer> AskAsync(IRuntime runtime, CancellationToken stop)
    {
        using (runtime)
        {
            if (runtime.Absent is { } absent)
                return new RuntimeAnswer(runtime.Name, runtime.Source, "absent", absent, new Dictionary<string, ContainerNames>());
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
            either.CancelAfter(s_patience);
            try
            {
                IReadOnlyDictionary<string, ContainerNames> names = await runtime.ListAsync(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
                return new RuntimeAnswer(runtime.Name, runtime.Source, "yes", string.Create(CultureInfo.InvariantCulture, $"names {names.Count} containers"), names);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException && !stop.IsCancellationRequested)
            {
                string note = fault is OperationCanceledException ? $"nothing within {s_patience.TotalSeconds:0} s" : fault.Message;
                return new RuntimeAnswer(runtime.Name, runtime.Source, "no", note, new Dictionary<string, ContainerNames>());
            }
        }
    }
}
