namespace Huatuo.Store.Queues;

/// <summary>Options that can be exchanged for others while they are used; whoever uses them asks each time.</summary>
/// <typeparam name="T">The options, which never change themselves.</typeparam>
/// <param name="first">Those that hold first.</param>
internal sealed class CurrentOptions<T>(T first)
    where T : class
{
    private T _value = first;

    /// <summary>Those that hold; set from any thread.</summary>
    public T Value
    {
        get => Volatile.Read(ref _value);
        set => Volatile.Write(ref _value, value);
    }
}
