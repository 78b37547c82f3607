using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Tests.Sampling;

public sealed class HeldStacksTests
{
    [Fact]
    public void A_key_is_known_in_either_generation_until_it_holds_nothing()
    {
        var held = new HeldStacks();
        ProfileKey key = Key(1);
        Assert.Equal(StackTree.Root, held.Find(key));
        held.Add(key, 7, 2);
        key.Generation = 1;
        Assert.Equal(7, held.Find(key));
        Assert.Equal(StackTree.Root, held.Find(Key(2)));
        held.Add(key, 7, -1);
        Assert.Equal(7, held.Find(key));
        held.Add(key, 7, -1);
        Assert.Equal((StackTree.Root, 0), (held.Find(key), held.Count));
    }

    [Fact]
    public void Every_byte_of_a_key_tells_keys_apart()
    {
        var held = new HeldStacks();
        held.Add(Key(1), 7, 1);
        ProfileKey other = Key(1);
        other.Comm[15] = 1;
        Assert.Equal(StackTree.Root, held.Find(other));
        other = Key(1);
        other.Reason = 9;
        Assert.Equal(StackTree.Root, held.Find(other));
    }

    private static ProfileKey Key(uint tgid) => new() { Tgid = tgid, UserStack = 3, KernelStack = 4, Reason = 1 };
}
