using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>What only another server can show: one that dies while somebody is at X, and one whose mail goes nowhere.</summary>
[Collection(nameof(Site))]
public sealed class OtherServerTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task Somebody_who_was_at_X_while_the_server_was_killed_is_signed_in_by_the_next_one()
    {
        using var server = await SecondServer.PrepareAsync(Site);
        var tab = await NewBrowserAsync();
        await using (var first = await server.UpAsync())
        {
            await LeaveAsync(tab, server);
            await first.KillAsync();
        }

        await using var second = await server.UpAsync();
        await tab.PickAsync("ada");
        await tab.ArrivedAsync("arrived");
        Assert.True(Site.Rp.Answers.Last().Fields.ContainsKey("code"));

        // The session is as lasting as the sign-in was.
        await tab.GoAsync($"{server.Url}/signin");
        await tab.ArrivedAsync("S36");
    }

    [Fact]
    public async Task A_mail_that_cannot_be_sent_is_admitted_and_can_be_tried_again()
    {
        using var server = await SecondServer.PrepareAsync(Site);
        var nobody = RunningProgram.FreePorts(1)[0].ToString(System.Globalization.CultureInfo.InvariantCulture);
        await using var program = await server.UpAsync("--mail:host", "127.0.0.1", "--mail:port", nobody, "--mail:from", "no-reply@example.org", "--mail:tls", "off");
        var person = await Site.X.AddPersonWithoutEmailAsync();
        var tab = await NewBrowserAsync();
        await LeaveAsync(tab, server);
        await tab.PickAsync(person);
        await tab.ArrivedAsync("S11");
        await tab.TypeAsync("E-mail", "nowhere@example.com");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S17", "mail_not_sent");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.PressAsync("Try again");
        await tab.ArrivedAsync("S17", "mail_not_sent");
    }

    private static async Task LeaveAsync(Tab tab, SecondServer server)
    {
        await tab.GoAsync(server.AuthorizeUrl);
        await tab.ArrivedAsync("S03");
        await tab.PressAsync("Sign in with X");
        await tab.AtXAsync();
    }
}
