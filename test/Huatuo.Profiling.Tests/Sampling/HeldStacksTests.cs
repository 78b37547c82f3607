using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Tests.Sampling;

public sealed class HeldStacksTests
{
    private readonly Profile _profile = new(ProfileKind.HeldSpace, new FrameTable());

    [Fact]
    public void A_key_is_known_in_either_generation_until_it_holds_nothing()
    {
        var held = new HeldStacks();
        ProfileKey key = Key(1);
        Assert.Equal((null, StackTree.Root), held.Find(key));
        held.Add(key, _profile, 7, 2, 200);
        key.Generation = 1;
        Assert.Equal((_profile, 7), held.Find(key));
        Assert.Equal((null, StackTree.Root), held.Find(Key(2)));
        held.Add(key, _profile, 7, -1, -100);
        Assert.Equal((_profile, 7), held.Find(key));
        held.Add(key, _profile, 7, -1, -100);
        Assert.Equal(((null, StackTree.Root), 0), (held.Find(key), held.Count));
    }

    [Fact]
    public void As_many_let_go_as_taken_may_leave_bytes()
    {
        var held = new HeldStacks();
        held.Add(Key(1), _profile, 7, 1, 300);
        held.Add(Key(1), _profile, 7, -1, -100);
        Assert.Equal((_profile, 7), held.Find(Key(1)));
        held.Add(Key(1), _profile, 7, 0, -200);
        Assert.Equal(0, held.Count);
    }

    [Fact]
    public void Every_byte_of_a_key_tells_keys_apart()
    {
        var held = new HeldStacks();
        held.Add(Key(1), _profile, 7, 1, 100);
        ProfileKey other = Key(1);
        other.Comm[15] = 1;
        Assert.Equal((null, StackTree.Root), held.Find(other));
        other = Key(1);
        other.Reason = 9;
        Assert.Equal((null, StackTree.Root), held.Find(other));
    }

    [Fact]
    public void What_is_held_goes_on_in_another_profile_or_is_forgotten()
    {
        var held = new HeldStacks();
        held.Add(Key(1), _profile, 7, 2, 200);
        held.Add(Key(2), _profile, 8, 3, 300);
        var next = new Profile(ProfileKind.HeldSpace, new FrameTable());
        int node = next.Stacks.Place([next.Frames.Intern(new Frame("app", "", FrameKind.Process))]);
        held.Move((key, old, was) => old == _profile && was == 7 ? (next, node) : (next, StackTree.Root));
        Assert.Equal((next, node), held.Find(Key(1)));
        Assert.Equal((null, StackTree.Root), held.Find(Key(2)));
        Assert.Equal((2, 0, 200), (next.Stacks[node].Count, next.Stacks[node].Nanoseconds, next.Stacks[node].Amount));
        held.Add(Key(1), next, node, -2, -200);
        Assert.Equal(0, held.Count);
    }

    private static ProfileKey Key(uint tgid) => new() { Tgid = tgid, UserStack = 3, KernelStack = 4, Reason = 1 };
}
