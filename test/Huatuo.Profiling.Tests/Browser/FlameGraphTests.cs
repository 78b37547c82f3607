using System.Text.Json;
using Huatuo.Profiling.Formats;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Browser;

/// <summary>Flame graphs as a browser shows them, and what it does when they are clicked.</summary>
public sealed class FlameGraphTests
{
    private const string Full = "10+1180";

    // What is shown, as NAME TEXT at X+WIDTH.
    private const string Shown = """
        [...document.querySelectorAll('.f')].filter(g => g.getBoundingClientRect().width > 0).map(g => {
          const number = name => Math.round(g.querySelector('rect').getAttribute(name));
          return g.dataset.n + ' | ' + g.querySelector('text').textContent + ' | ' + number('x') + '+' + number('width');
        })
        """;

    private static readonly string[] Whole =
    [
        $"all | all | {Full}", "a & \"b\" | a & \"b\" | 10+472", "[unknown] | [unknown] | 10+472", "web | web | 482+708", "main | main | 482+708",
        "Map<int, char>::at;x | Map<int, char>::at;x | 482+354", "do_syscall_64 | do_syscall_64 | 836+118", "nf_hook | nf_hook | 836+118",
    ];

    [Fact]
    public async Task A_click_makes_a_frame_as_wide_as_the_picture_and_one_on_the_lowest_undoes_it()
    {
        await using var picture = await Picture.ShowAsync(svg => FlameGraph.Write(Sample.Make(), svg));
        Assert.Equal(Whole, await picture.ShownAsync());

        await picture.ClickAsync("do_syscall_64");
        Assert.Equal(
            [$"all | all | {Full}", $"web | web | {Full}", $"main | main | {Full}", $"do_syscall_64 | do_syscall_64 | {Full}", $"nf_hook | nf_hook | {Full}"],
            await picture.ShownAsync());
        await picture.ClickAsync("main");
        Assert.Equal(
            [$"all | all | {Full}", $"web | web | {Full}", $"main | main | {Full}", "Map<int, char>::at;x | Map<int, char>::at;x | 10+590", "do_syscall_64 | do_syscall_64 | 600+197", "nf_hook | nf_hook | 600+197"],
            await picture.ShownAsync());
        await picture.ClickAsync("all");
        Assert.Equal(Whole, await picture.ShownAsync());
        picture.AssertAlone();
    }

    [Fact]
    public async Task The_same_of_a_difference()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("before"), "p;a 10\np;a;b 20\np;c 70\n");
        File.WriteAllText(folder.File("after"), "p;a 1000\np;a;b 5000\np;d 4000\n");
        var difference = new ProfileDifference(FoldedReader.Read(folder.File("before")), FoldedReader.Read(folder.File("after")));
        await using var picture = await Picture.ShowAsync(svg => FlameGraph.WriteDifference(difference, svg));
        string[] whole = [$"all | all | {Full}", $"p | p | {Full}", "a | a | 10+708", "b | b | 10+590", "d | d | 718+472"];
        Assert.Equal(whole, await picture.ShownAsync());

        await picture.ClickAsync("b");
        Assert.Equal([$"all | all | {Full}", $"p | p | {Full}", $"a | a | {Full}", $"b | b | {Full}"], await picture.ShownAsync());
        await picture.ClickAsync("all");
        Assert.Equal(whole, await picture.ShownAsync());
        picture.AssertAlone();
    }

    [Theory]
    [InlineData("\"><script>stolen = 1</script>")]
    [InlineData("]]></script><script>stolen = 1</script><image href=\"http://127.0.0.1:9/\"/>")]
    [InlineData("' onload='stolen = 1' x='")]
    public async Task A_name_is_never_more_than_a_name(string name)
    {
        var profile = new Profile(ProfileKind.OnCpu, new FrameTable());
        profile.Stacks.Add([profile.Frames.Intern(new Frame(name, name, FrameKind.User))], 1, 1000);
        await using var picture = await Picture.ShowAsync(svg => FlameGraph.Write(profile, svg));
        await picture.ClickAsync("all");
        Assert.Equal([$"all | all | {Full}", $"{name} | {name} | {Full}"], await picture.ShownAsync());
        Assert.Equal("undefined", (await picture.Page.EvaluateAsync("typeof stolen")).GetString());
        picture.AssertAlone();
    }

    /// <summary>A file with a flame graph, opened.</summary>
    private sealed class Picture(TemporaryFolder folder, Chromium browser, BrowserPage page, Uri address) : IAsyncDisposable
    {
        internal BrowserPage Page => page;

        internal static async Task<Picture> ShowAsync(Action<Stream> write)
        {
            Chromium browser = await Chromium.StartAsync();
            var folder = new TemporaryFolder();
            string path = folder.File("flames.svg");
            using (FileStream file = File.Create(path))
                write(file);
            var address = new Uri(path);
            return new Picture(folder, browser, await browser.OpenAsync(address), address);
        }

        internal async Task<string[]> ShownAsync() => (await page.EvaluateAsync(Shown)).Deserialize<string[]>()!;

        /// <summary>Clicks the middle of a frame, where it is on the screen.</summary>
        internal async Task ClickAsync(string name)
        {
            JsonElement middle = await page.EvaluateAsync($$"""
                (box => [box.x + box.width / 2, box.y + box.height / 2])(
                  [...document.querySelectorAll('.f')].find(g => g.dataset.n === {{JsonSerializer.Serialize(name)}}).querySelector('rect').getBoundingClientRect())
                """);
            await page.ClickAsync(middle[0].GetDouble(), middle[1].GetDouble());
        }

        /// <summary>The file asked for nothing, and nothing went wrong in it.</summary>
        internal void AssertAlone()
        {
            Assert.Equal([address.AbsoluteUri], page.Requests);
            Assert.Empty(page.Faults);
        }

        public async ValueTask DisposeAsync()
        {
            await page.DisposeAsync();
            await browser.DisposeAsync();
            folder.Dispose();
        }
    }
}
