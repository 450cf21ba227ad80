using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Xenios.Browser.Tests.Rig;

/// <summary>The rules of axe, run in the page itself: its script is put there once, however often the page is checked.</summary>
internal static class Axe
{
    // What fades at this moment has colours that nobody is meant to read. Two frames: one in which the page notices another scheme, one in which it is drawn.
    private const string Settle =
        """
        async () => {
            await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
            const fading = () => document.getAnimations().filter(one => one instanceof CSSTransition && one.playState === 'running');
            for (let all = fading(), round = 0; all.length > 0 && round < 10; all = fading(), round++) {
                all.forEach(one => one.finish());
            }
        }
        """;

    private const string Run =
        """
        async options => {
            if (document.querySelector('iframe, frame') !== null) {
                return ['A frame is not looked into.'];
            }

            const { violations } = await axe.run(document, options);
            return violations.map(rule => `${rule.id} (${rule.impact}): ${rule.nodes.map(node => node.html).join(', ')}`);
        }
        """;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    private static readonly object Options = new
    {
        runOnly = new { type = "tag", values = new[] { "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice" } },
        resultTypes = new[] { "violations" },
    };

    /// <summary>Waits until a page is drawn as it is to stay, and nothing fades any more.</summary>
    /// <param name="page">The page; its scripts are on.</param>
    public static Task SettleAsync(IPage page) => page.EvaluateAsync(Settle);

    /// <summary>What a page breaks as it stands when nothing fades any more; empty for nothing.</summary>
    /// <param name="page">The page; its scripts are on.</param>
    public static async Task<string[]> ViolationsAsync(IPage page)
    {
        await SettleAsync(page);
        if (!await page.EvaluateAsync<bool>("typeof axe === 'object'"))
        {
            await page.EvaluateAsync(Script);
        }

        return await page.EvaluateAsync<string[]>(Run, Options);
    }
}
