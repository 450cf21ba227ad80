using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>The response as a form that posts itself (OAuth 2.0 Form Post Response Mode).</summary>
[Collection(nameof(Site))]
public sealed class FormPostTests(Site site) : BrowserTest(site)
{
    private const string State = """ "'><script>document.title='broken'</script>&amp;=+%20é """;

    [Fact]
    public async Task A_response_posts_itself_and_its_state_stays_text()
    {
        var tab = await NewBrowserAsync();
        await SignInAsync(tab, Site);
        await tab.ArrivedAsync("arrived");
        IsRight(Site.Rp.Answers.Last());
    }

    [Fact]
    public async Task Where_the_form_does_not_post_itself_there_is_a_button()
    {
        var tab = await NewBrowserAsync();
        await tab.Page.AddInitScriptAsync("HTMLFormElement.prototype.submit = () => {}");
        await SignInAsync(tab, Site);
        await tab.ArrivedAsync("form_post");
        await tab.CheckAsync();
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("arrived");
    }

    [Fact]
    public async Task An_application_may_send_the_browser_on_to_another_origin()
    {
        var tab = await NewBrowserAsync();
        Site.Rp.Onward = $"{Site.Rp.ElsewhereUrl}/home";
        try
        {
            await SignInAsync(tab, Site);
            await tab.ArrivedAsync("home");
            IsRight(Site.Rp.Answers.Last());
        }
        finally
        {
            Site.Rp.Onward = null;
        }
    }

    internal static async Task SignInAsync(Tab tab, Site site)
    {
        await tab.GoAsync(site.Rp.AuthorizeUrl("both", ("response_mode", "form_post"), ("state", State), ("connection", "x")));
        await tab.AtXAsync();
        await tab.PickAsync("ada");
    }

    internal static void IsRight(Answer answer)
    {
        Assert.Equal("POST", answer.Method);
        Assert.Equal(State, answer.Fields["state"]);
        Assert.NotEqual("", answer.Fields["code"]);
    }
}
