using System.Net;
using Xenios.Server.Tests.SignIn.Gates;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>The table of <see cref="EmailAddressTests"/> typed on the page: nothing reaches a mailbox that is not the stored one (threats A16).</summary>
public sealed class AddressTricksTests(GateHost gate) : IClassFixture<GateHost>
{
    private readonly XeniosHost _host = gate.Fresh();

    [Fact]
    public async Task A_trick_is_refused_without_a_mail()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        var before = await _host.SnapshotAsync();
        var mails = _host.Mail.Count;
        foreach (var typed in ((IEnumerable<object[]>)EmailAddressTests.Tricks).Select(row => (string)row[0]).Append(new string('a', 300) + "@v.test").Append(new string('a', 60_000)))
        {
            var page = await ben.GiveAsync(typed);
            Assert.True((page.Id, page.Error, page.Status) == ("S11", "email_malformed", HttpStatusCode.BadRequest), $"{Uri.EscapeDataString(typed[..Math.Min(60, typed.Length)])}: {page.Status} {page.Id} {page.Error}");
            Assert.NotNull(page.SupportCode);
        }

        Assert.Equal(mails, _host.Mail.Count);
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Fact]
    public async Task Two_addresses_in_one_form_are_refused()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        var mails = _host.Mail.Count;
        var page = await ben.PressAsync("email", ("email", "a@v.test"), ("email", "e@e.test"));
        Assert.Equal(("S11", HttpStatusCode.BadRequest), (page.Id, page.Status));
        Assert.Equal(mails, _host.Mail.Count);
    }

    [Theory]
    [InlineData("admin@v.test")]
    [InlineData(" ADMIN@V.TEST ")]
    [InlineData("Admin@v.Test")]
    public async Task Other_spellings_lead_to_the_same_account(string typed)
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(typed);
        Assert.Equal(typed.Trim(), _host.Mail[0].To);
        Assert.Equal("S18", (await ben.ProveAsync()).Id);
    }

    [Theory]
    [InlineData("{0}+1@v.test", "{0}@v.test")]
    [InlineData("a.{0}@v.test", "a{0}@v.test")]
    public async Task Plus_tags_and_dots_make_two_accounts(string first, string second)
    {
        var subjects = new HashSet<object>();
        var name = Guid.NewGuid().ToString("N");
        foreach (var form in new[] { first, second })
        {
            var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, name);
            var ben = await Newcomer.ArriveAsync(_host);
            await ben.GiveAsync(address);
            var tokens = await ben.App.RedeemAsync((await ben.ProveAsync()).LocationParameter("code"));
            subjects.Add((await ben.App.ValidateAsync(tokens.IdToken))["sub"]);
        }

        Assert.Equal(2, subjects.Count);
    }

    [Theory]
    [InlineData("{0}@BÜCHER.example", "{0}@xn--bcher-kva.example")]
    [InlineData("{0}@v.test", "{0}@V.TEST")]
    public async Task The_mail_goes_to_the_stored_address_byte_for_byte_and_the_key_is_one(string first, string second)
    {
        var name = $"N-{Guid.NewGuid():N}";
        var (typed, other) = (string.Format(System.Globalization.CultureInfo.InvariantCulture, first, name), string.Format(System.Globalization.CultureInfo.InvariantCulture, second, name));
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(typed);
        Assert.Equal(typed, _host.Mail[0].To);
        await ben.ProveAsync();
        Assert.Equal([_host.Mail[0].To], await _host.QueryAsync($"SELECT email FROM users WHERE email = '{typed}'"));

        var eve = await Newcomer.ArriveAsync(_host);
        await eve.GiveAsync(other);
        Assert.Equal("S18", (await eve.ProveAsync()).Id);
    }
}
