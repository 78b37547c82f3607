namespace Huatuo.Store.Remote;

/// <summary>Takes servers in turn, and leaves out those that failed, for longer each time.</summary>
internal sealed class AddressRing
{
    private readonly TimeProvider _time;
    private readonly Address[] _addresses;
    private int _next;

    /// <param name="addresses">At least one.</param>
    /// <param name="time">Time.</param>
    /// <param name="random">For the waits.</param>
    public AddressRing(IReadOnlyList<Uri> addresses, TimeProvider time, Random random)
    {
        _time = time;
        _addresses = [.. addresses.Select(uri => new Address(uri, new RetrySchedule(random)))];
        _next = random.Next(_addresses.Length);
    }

    /// <summary>The next one.</summary>
    /// <param name="address">The server.</param>
    /// <param name="wait">When all are left out: how long until one is not.</param>
    /// <returns>False when all are left out.</returns>
    public bool TryNext(out Address address, out TimeSpan wait)
    {
        wait = TimeSpan.MaxValue;
        for (int i = 0; i < _addresses.Length; i++)
        {
            address = _addresses[(_next + i) % _addresses.Length];
            TimeSpan left = address.Pause - _time.GetElapsedTime(address.PausedAt);
            if (left <= TimeSpan.Zero)
            {
                _next = (_next + i + 1) % _addresses.Length;
                return true;
            }
            wait = left < wait ? left : wait;
        }
        address = _addresses[_next];
        return false;
    }

    /// <summary>A server gave no answer, or none that helps.</summary>
    /// <param name="address">The server.</param>
    /// <param name="asked">How long it asks to be left alone.</param>
    public void Failed(Address address, TimeSpan? asked = null)
    {
        address.Pause = address.Schedule.Next(asked);
        address.PausedAt = _time.GetTimestamp();
    }

    /// <summary>A server answered.</summary>
    public static void Worked(Address address)
    {
        address.Pause = TimeSpan.Zero;
        address.Schedule.Reset();
    }

    /// <summary>One server.</summary>
    internal sealed class Address(Uri uri, RetrySchedule schedule)
    {
        /// <summary>Its root.</summary>
        public Uri Uri => uri;

        internal RetrySchedule Schedule => schedule;

        internal TimeSpan Pause { get; set; }

        internal long PausedAt { get; set; }
    }
}
