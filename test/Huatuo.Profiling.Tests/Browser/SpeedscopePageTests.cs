using System.Text.Json;
using Huatuo.Profiling.Formats;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Browser;

/// <summary>speedscope's own page, as its command line opens it with a file.</summary>
public sealed class SpeedscopePageTests
{
    [Theory]
    [InlineData(false, "40.00ms (40%)", "30.00ms (30%)", "60.00ms (60%)", "20.00ms (20%)", "10.00ms (10%)", "0.00ns (<0.01%)")]
    [InlineData(true, "38.15 MB (40%)", "28.61 MB (30%)", "57.22 MB (60%)", "19.07 MB (20%)", "9.54 MB (10%)", "0 B (<0.01%)")]
    public async Task It_shows_the_functions_with_what_they_took_in_all_and_themselves(bool isBytes, string four, string three, string six, string two, string one, string none)
    {
        await using Chromium browser = await Chromium.StartAsync();
        using var folder = new TemporaryFolder();
        string script = folder.File("profile.js"), content = Convert.ToBase64String(Sample.Written(ProfileFormats.Speedscope, Sample.Make(isBytes ? ProfileKind.AllocatedSpace : null)));
        File.WriteAllText(script, $"speedscope.loadFileFromBase64('p.speedscope.json', '{content}')");
        string release = Speedscope.Release();
        await using BrowserPage page = await browser.OpenAsync(new Uri($"file://{release}/index.html#localProfilePath={script}"));

        // Of its views the one that is a table is the last; all others are drawings.
        JsonElement tab = await page.EventuallyAsync("""
            (tabs => tabs.length === 0 ? null : (box => [box.x + box.width / 2, box.y + box.height / 2])(tabs[0].getBoundingClientRect()))(
              [...document.querySelectorAll('div')].filter(div => div.children.length === 1 && div.textContent.endsWith('Sandwich')))
            """);
        await page.ClickAsync(tab[0].GetDouble(), tab[1].GetDouble());
        JsonElement rows = await page.EventuallyAsync("""
            (rows => rows.length === 0 ? null : rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent).join(' | ')))(
              [...document.querySelectorAll('tr')].filter(row => row.querySelector('td')))
            """);
        Assert.Equal(
            [
                $"{four} | {four} | [unknown]", $"{three} | {three} | Map<int, char>::at;x", $"{six} | {two} | main", $"{one} | {one} | nf_hook",
                $"{four} | {none} | a & \"b\"", $"{one} | {none} | do_syscall_64", $"{six} | {none} | web",
            ],
            rows.Deserialize<string[]>()!);
        Assert.Empty(page.Faults);
        Assert.All(page.Requests, request => Assert.True(request == $"file://{script}" || request.StartsWith($"file://{release}/", StringComparison.Ordinal), request));
    }
}
