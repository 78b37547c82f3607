using System.Reflection;
using Huatuo.Bpf;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Kernel.Tests.Bpf;

/// <summary>Requests to disks under way, with a place of their own and without.</summary>
public sealed class RequestsInFlightTests : IDisposable
{
    private const int PlacesShift = 13;
    private const uint GoldenRatio = 0x61C88647;
    private const ulong First = 0xffff_8881_0123_4000;

    private readonly BpfObject _object;
    private readonly InFlightBpf _bpf;

    public RequestsInFlightTests()
    {
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream(InFlightBpf.ObjectName)!;
        _object = BpfObject.Open("in_flight", image);
        _object.Load();
        _bpf = new InFlightBpf(_object);
    }

    public void Dispose() => _object.Dispose();

    [Fact]
    public void Two_with_places_of_their_own_are_known_until_they_are_forgotten() => Check(Others().First(request => Place(request) != Place(First)));

    [Fact]
    public void Two_that_share_a_place_are_both_known() => Check(Others().First(request => Place(request) == Place(First)));

    private void Check(ulong second)
    {
        // Twice: what is forgotten leaves nothing behind.
        for (int i = 0; i < 2; i++)
        {
            _bpf.Requests.Set(0, new TwoRequests { First = First, Second = second });
            BpfIds.Run(_object.LoadedPrograms().Single().Fd);
            Assert.True(_bpf.Requests.TryGet(0, out TwoRequests asked));
            Assert.Equal([1UL, 2UL], (ReadOnlySpan<ulong>)asked.Both);
            Assert.Equal([0UL, 2UL], (ReadOnlySpan<ulong>)asked.One);
        }
        Assert.Equal(0, _bpf.Crowded.Dump(new ulong[4], new RequestState[4]));
    }

    private static IEnumerable<ulong> Others() => Enumerable.Range(1, 1 << 20).Select(i => First + (ulong)i * 0x180);

    private static uint Place(ulong request) => (uint)request * GoldenRatio >> 32 - PlacesShift;
}
