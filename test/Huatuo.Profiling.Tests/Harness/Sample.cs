namespace Huatuo.Profiling.Tests.Harness;

/// <summary>A small profile of two processes, with names that formats have to take care of; as many bytes as nanoseconds where it is of bytes.</summary>
internal static class Sample
{
    internal const long Period = 10_000_000;

    internal static Profile Make(ProfileKind? kind = null)
    {
        var profile = new Profile(kind ?? ProfileKind.OnCpu, new FrameTable())
        {
            Start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123),
            Duration = TimeSpan.FromSeconds(1),
            PeriodNanoseconds = kind is null ? Period : 0,
        };
        Frame[] web = [new("web", "", FrameKind.Process), new("main", "web", FrameKind.User), new("Map<int, char>::at;x", "web", FrameKind.User)];
        Frame[] kernel = [.. web[..2], new("do_syscall_64", "[kernel]", FrameKind.Kernel), new("nf_hook", "[nf_tables]", FrameKind.Kernel)];
        Frame[] other = [new("a & \"b\"", "", FrameKind.Process), new("[unknown]", "", FrameKind.User)];
        Add(profile, web, 3);
        Add(profile, kernel, 1);
        Add(profile, web[..2], 2);
        Add(profile, other, 4);
        return profile;
    }

    private static void Add(Profile profile, Frame[] frames, long count) =>
        Assert.True(profile.Stacks.Add([.. frames.Select(frame => profile.Frames.Intern(frame))], count, count * Period, profile.Kind.Amount is not null ? count * Period : 0));

    internal static byte[] Written(string format, Profile profile)
    {
        using var bytes = new MemoryStream();
        Huatuo.Profiling.Formats.ProfileFormats.Write(format, profile, bytes);
        return bytes.ToArray();
    }
}
