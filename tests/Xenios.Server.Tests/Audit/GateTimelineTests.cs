using Xenios.Server.Tests.SignIn.Gates;
using Xenios.Testing;

namespace Xenios.Server.Tests.Audit;

/// <summary>What happens between X and the application stands in the timeline: asked, mailed, entered, connected.</summary>
public sealed class GateTimelineTests(GateHost rig) : IClassFixture<GateHost>
{
    [Fact]
    public async Task Address_asked_for_and_proved_is_told_with_the_address_masked_and_the_rule_says_why()
    {
        var host = rig.Fresh();
        var ben = await Newcomer.ArriveAsync(host);
        var code = ben.Page.SupportCode!;
        await ben.GiveAsync(ben.Address);
        await ben.EnterAsync(Newcomer.Not(host.MailedCode));
        Assert.NotNull((await ben.ProveAsync()).LocationParameter("code"));

        using var api = new ManagementClient(host);
        var shown = await api.GetAsync($"/sign-ins/{code}");
        var hops = shown.Json.GetProperty("hops").EnumerateArray().Select(hop => $"{hop.GetProperty("kind")} {hop.GetProperty("outcome")}").ToList();
        Assert.Equal(
            ["rule ok", "page ok", "mail ok", "page ok", "code_entered refused", "code_entered ok", "rule ok", "account ok", "session ok", "code_issued ok"],
            hops.SkipWhile(hop => hop != "rule ok"));
        var rule = shown.Json.GetProperty("rule");
        Assert.Equal(("created", "created, because nobody has this X id and nobody has the address that was proved by a code"), (rule.GetProperty("code").GetString(), rule.GetProperty("why").GetString()));
        Assert.DoesNotContain(ben.Address, shown.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("p…@v.test", shown.Body.Replace("\\u2026", "…", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_whom_a_rule_turns_away_is_found_with_the_rule_and_its_remedy()
    {
        var host = rig.Fresh();
        var page = await rig.Many.SignInAsync(host.NewBrowser(), await host.NewPersonAsync("new@v.test"), ("connection", "closed"));
        if (page.Id == "S19")
        {
            return;
        }

        Assert.Equal("S27", page.Id);
        using var api = new ManagementClient(host);
        var shown = await api.GetAsync($"/sign-ins/{page.SupportCode}");
        Assert.Equal(("refused", "sign_up_closed"), (shown.Text("outcome"), shown.Text("error_code")));
        Assert.Equal("refused", shown.Json.GetProperty("rule").GetProperty("code").GetString());
    }
}
