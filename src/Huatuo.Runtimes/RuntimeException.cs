namespace Huatuo.Runtimes;

/// <summary>A runtime or the kubelet could not be asked, or answered nonsense; the message says what is wrong.</summary>
public sealed class RuntimeException : Exception
{
    /// <summary>Nothing is known of the cause.</summary>
    public RuntimeException()
    {
    }

    /// <param name="message">What is wrong.</param>
    public RuntimeException(string message)
        : base(message)
    {
    }

    /// <param name="message">What is wrong.</param>
    /// <param name="cause">Why.</param>
    public RuntimeException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
