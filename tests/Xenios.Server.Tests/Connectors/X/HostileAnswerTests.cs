using System.Net;
using System.Text;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connectors.X;

/// <summary>Answers that X would hardly give, but whoever stands in its place might (threats K02, B05, B06): one page, no crash, nothing stored.</summary>
public sealed class HostileAnswerTests(BothGenerations rig) : IClassFixture<BothGenerations>
{
    private const string Json = "application/json";

    private readonly XeniosHost _host = rig.Host;

    public static TheoryData<string, string, int, string> Bodies => new()
    {
        { "depth of 1000", Json, 200, "{\"data\":" + new string('[', 1000) + new string(']', 1000) + "}" },
        { "depth of 1000 around the id", Json, 200, string.Concat(Enumerable.Repeat("{\"data\":", 1000)) + "1" + new string('}', 1000) },
        { "duplicate data", Json, 200, """{"data":{"id":"1","name":"a"},"data":{"id":"2","name":"b"}}""" },
        { "duplicate id", Json, 200, """{"data":{"id":"1","id":"2","name":"a"}}""" },
        { "byte order mark and more", Json, 200, "\ufeff{\"data\":{\"id\":\"1\"" },
        { "not UTF-8", "application/json; charset=utf-16", 200, "{\"data\"\u0000:" },
        { "an array", Json, 200, "[]" },
        { "a string", Json, 200, "\"data\"" },
        { "null", Json, 200, "null" },
        { "data is an array", Json, 200, """{"data":[{"id":"1"}]}""" },
        { "nothing", Json, 200, "" },
        { "HTML with status 200", "text/html", 200, "<html>{\"data\":{\"id\":\"1\"}}</html>" },
        { "an error with status 200", Json, 200, """{"errors":[{"code":32,"message":"no"}]}""" },
        { "a redirect", "text/html", 302, "" },
        { "half a character in the id", Json, 200, """{"data":{"id":"\ud800","name":"a"}}""" },
        { "half a character in a name of a member", Json, 200, """{"data":{"id":"1","\ud800":"a"}}""" },
        { "id null", Json, 200, """{"data":{"id":null}}""" },
        { "id zero", Json, 200, """{"data":{"id":"0"}}""" },
        { "id 2^53+1 as a number", Json, 200, """{"data":{"id":9007199254740993}}""" },
        { "id an array", Json, 200, """{"data":{"id":["1"]}}""" },
        { "id an object", Json, 200, """{"data":{"id":{"a":1}}}""" },
        { "id of 300 digits", Json, 200, "{\"data\":{\"id\":\"" + new string('7', 300) + "\"}}" },
        { "id with letters", Json, 200, """{"data":{"id":"12ab"}}""" },
        { "id negative", Json, 200, """{"data":{"id":"-12"}}""" },
        { "id with a blank", Json, 200, """{"data":{"id":" 1846092417305964545"}}""" },
        { "id with an invisible character", Json, 200, """{"data":{"id":"1846092417305\u200e964545"}}""" },
        { "id with a control character", Json, 200, """{"data":{"id":"1846092417305964545\u0000"}}""" },
        { "id in other digits", Json, 200, """{"data":{"id":"١٢٣"}}""" },
        { "XML code in other digits", "application/xml", 401, "<errors><error code=\"٤١٦\">no</error></errors>" },
        { "half a character in an error", Json, 403, """{"title":"\ud800","detail":"x"}""" },
        { "errors of errors", Json, 403, """{"errors":[["x"]],"type":7}""" },
        { "an error code beyond integers", Json, 403, """{"errors":[{"code":99999999999999}]}""" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_hostile_profile_is_one_page_of_trouble_and_no_crash(string what, string type, int status, string body)
    {
        // A 403 of the first profile call may mean the plan, and a second call is made: there the exchange is the place to look at.
        foreach (var (connection, path) in new[] { (BothGenerations.Two, "/2/users/me"), (BothGenerations.One, status == 403 ? "/oauth/access_token" : "/1.1/account/verify_credentials.json") })
        {
            // The first generation has its members at the top and calls the id otherwise.
            var text = connection == BothGenerations.One && body.StartsWith("{\"data\":{\"id\"", StringComparison.Ordinal) && body.EndsWith("}}", StringComparison.Ordinal)
                ? body["{\"data\":".Length..^1].Replace("\"id\"", "\"id_str\"", StringComparison.Ordinal)
                : body;
            await InsteadAsync(path, type, status, text);
            var before = await _host.SnapshotAsync();
            var page = await BothGenerations.SignInAsync(_host, _host.NewBrowser(), connection);
            Assert.True(page.Id is "S52" or "S55" or "S56", $"{connection}, {what}: {page.Id} {page.Error} {page.Location}");
            Assert.True((int)page.Status is 502, $"{connection}, {what}: {page.Status}");
            Assert.Equal(before, await _host.SnapshotAsync());
        }

        _host.Upstreams.Intercept = null;
    }

    [Theory]
    [InlineData("name", "\\ud800", "")]
    [InlineData("name", "Ada\\u202e gnp.exe\\u0007", "Ada gnp.exe")]
    [InlineData("name", "\\u2066Ada\\u2069\\r\\n", "Ada")]
    public async Task A_hostile_display_name_is_cleaned_and_the_sign_in_goes_on(string member, string value, string shown)
    {
        await InsteadAsync("/2/users/me", Json, 200, $$"""{"data":{"id":"1846092417305964545","username":"ada_bystrom","{{member}}":"{{value}}"} }""");
        var claims = await BothGenerations.ClaimsAsync(_host, BothGenerations.Two);
        _host.Upstreams.Intercept = null;
        Assert.Equal(shown.Length == 0 ? "Ada Byström" : shown, claims[member]);
        await BothGenerations.ClaimsAsync(_host, BothGenerations.Two);
    }

    [Fact]
    public async Task A_name_of_five_thousand_emoji_is_cut_between_two_of_them()
    {
        await InsteadAsync("/2/users/me", Json, 200, "{\"data\":{\"id\":\"1846092417305964545\",\"username\":\"ada\",\"name\":\"x" + string.Concat(Enumerable.Repeat("😀", 5000)) + "\"}}");
        var claims = await BothGenerations.ClaimsAsync(_host, BothGenerations.Two);
        _host.Upstreams.Intercept = null;
        var name = (string)claims["name"];
        Assert.True(name.Length <= 2048);
        Assert.EndsWith("😀", name, StringComparison.Ordinal);
        await BothGenerations.ClaimsAsync(_host, BothGenerations.Two);
    }

    // Also when the plan has no profile call, and the token's own word is all there is.
    [Fact]
    public async Task A_hostile_handle_beside_the_token_is_cleaned()
    {
        _host.Upstreams.Intercept = (request, _) => Task.FromResult<HttpResponseMessage?>(request.RequestUri!.AbsolutePath switch
        {
            "/oauth/access_token" => Answer("text/html", 200, "oauth_token=1-a&oauth_token_secret=b&user_id=1846092417305964545&screen_name=ada%00%E2%80%AE" + new string('a', 5000)),
            "/1.1/account/verify_credentials.json" => Answer(Json, 403, """{"errors":[{"code":453}]}"""),
            "/2/users/me" => Answer(Json, 403, """{"title":"Forbidden"}"""),
            _ => null,
        });
        var claims = await BothGenerations.ClaimsAsync(_host, BothGenerations.One);
        _host.Upstreams.Intercept = null;
        var handle = (string)claims["x_handle"];
        Assert.StartsWith("adaaa", handle, StringComparison.Ordinal);
        Assert.True(handle.Length <= 2048);
        await BothGenerations.ClaimsAsync(_host, BothGenerations.One);
    }

    // B05: every answer about one token names one person.
    [Theory]
    [InlineData("/1.1/account/verify_credentials.json", """{"id_str":"999","screen_name":"mallory"}""", false)]
    [InlineData("/2/users/me", """{"data":{"id":"999","username":"mallory"}}""", true)]
    public async Task A_profile_of_somebody_else_than_the_token_is_refused(string path, string body, bool planMissing)
    {
        await InsteadAsync(path, Json, 200, body);
        if (planMissing)
        {
            await _host.FaultAsync("verify_credentials", """{"kind": "code_453"}""");
        }

        var before = await _host.SnapshotAsync();
        var page = await BothGenerations.SignInAsync(_host, _host.NewBrowser(), BothGenerations.One);
        _host.Upstreams.Intercept = null;
        await _host.NoFaultsAsync();
        Assert.Equal(("S52", "X-115"), (page.Id, page.Error));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    // XD-31 holds for a plan without the first profile call too.
    [Theory]
    [InlineData("user_suspended", "X-118")]
    [InlineData("locked", "X-119")]
    public async Task A_suspended_or_locked_account_is_refused_where_the_plan_lacks_the_first_profile_call(string kind, string error)
    {
        await _host.FaultAsync("verify_credentials", """{"kind": "code_453"}""");
        await _host.FaultAsync("users_me", $$"""{"kind": "{{kind}}"}""");
        var before = await _host.SnapshotAsync();
        var page = await BothGenerations.SignInAsync(_host, _host.NewBrowser(), BothGenerations.One);
        await _host.NoFaultsAsync();
        Assert.Equal(("S57", error), (page.Id, page.Error));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    // x-platform §3.7: the older dialect has no code, and 89 means that this token is spent, not that our secret is wrong.
    [Theory]
    [InlineData(Json, """{"errors":[{"code":89,"message":"Invalid or expired token"}]}""")]
    [InlineData("application/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><hash><error>Invalid / expired Token</error><request>/oauth/access_token</request></hash>")]
    [InlineData("text/plain", "Esta función no está disponible temporalmente")]
    public async Task A_spent_request_token_means_start_again_in_every_dialect(string type, string body)
    {
        await InsteadAsync("/oauth/access_token", type, 401, body);
        var page = await BothGenerations.SignInAsync(_host, _host.NewBrowser(), BothGenerations.One);
        _host.Upstreams.Intercept = null;
        Assert.Equal(("S59", "X-112"), (page.Id, page.Error));
    }

    [Theory]
    [InlineData("oauth_token=a&oauth_token=b&oauth_token_secret=c&oauth_callback_confirmed=true")]
    [InlineData("oauth_token_secret=c&oauth_callback_confirmed=true")]
    [InlineData("oauth_token=a&oauth_callback_confirmed=true")]
    [InlineData("oauth_token=a&oauth_token_secret=c")]
    [InlineData("oauth_token=a&oauth_token_secret=c&oauth_callback_confirmed=TRUE")]
    [InlineData("oauth_token=&oauth_token_secret=&oauth_callback_confirmed=true")]
    public async Task A_request_token_that_is_not_whole_sends_nobody_to_X(string body)
    {
        await InsteadAsync("/oauth/request_token", "text/html", 200, body);
        var page = await BothGenerations.LeaveAsync(_host, _host.NewBrowser(), BothGenerations.One);
        _host.Upstreams.Intercept = null;
        Assert.Equal(("S52", "X-115"), (page.Id, page.Error));
    }

    private static HttpResponseMessage Answer(string type, int status, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return new HttpResponseMessage((HttpStatusCode)status) { Content = content };
    }

    private async Task InsteadAsync(string path, string type, int status, string body)
    {
        _host.Clock.Advance(TimeSpan.FromMinutes(16));
        await _host.NoFaultsAsync();
        _host.Upstreams.Intercept = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath == path ? Answer(type, status, body) : null);
    }
}
