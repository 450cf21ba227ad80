using System.Text.Json;
using System.Text.Json.Nodes;
using Xenios.Protocol;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Clients that prove themselves by assertions: RFC 7523, OpenID Connect Core §9, threats E07, F01, F04, standards 2.3, 2.4, CAU-03, CAU-04, CAU-06.</summary>
public class ClientAssertionTests : AssertionHost
{
    [Fact] // CAU-03, the plain walk: code flow, refresh
    public async Task A_web_application_redeems_and_refreshes_with_its_own_key_instead_of_a_secret()
    {
        var shop = new RelyingParty(Host) { ClientId = "signer", Secret = null, RedirectUri = "https://signer.test/cb" };
        var code = (await shop.SignInAsync(Host.NewBrowser(), "ada", ("scope", "openid offline_access"))).LocationParameter("code");
        var tokens = await shop.RedeemAsync(code, Assertion(Rsa.Assert("signer", Now)));
        Assert.Equal(200, tokens.Status);
        await shop.ValidateAsync(tokens.IdToken);
        Assert.Equal(200, (await shop.RefreshAsync(tokens.RefreshToken, Assertion(Rsa.Assert("signer", Now)))).Status);
        Expect.Json(await shop.RefreshAsync(tokens.RefreshToken), 401, "invalid_client");
    }

    [Theory] // CAU-03, CAU-04, DSC-04: every announced algorithm
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public async Task Every_announced_algorithm_is_accepted(string algorithm)
    {
        var client = algorithm.StartsWith('H') ? "hmac" : "signer";
        var signer = algorithm[0] switch { 'H' => ClientSigner.OfSecret(Secret, algorithm), 'E' => Others.GetValueOrDefault(algorithm, Ec), _ => Rsa.As(algorithm) };
        Assert.Equal(200, (await MachineAsync(signer.Assert(client, Now))).Status);

        using var http = Host.NewClient();
        var announced = JsonDocument.Parse(await http.GetStringAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative))).RootElement;
        foreach (var endpoint in (string[])["token", "revocation", "introspection"])
        {
            Assert.Contains(algorithm, announced.GetProperty($"{endpoint}_endpoint_auth_signing_alg_values_supported").EnumerateArray().Select(value => value.GetString()));
        }
    }

    [Theory] // CAU-03, F04: FAPI 2.0 §5.3.2.1
    [InlineData("iat", 10, 200)]
    [InlineData("iat", 61, 401)]
    [InlineData("nbf", 10, 200)]
    [InlineData("nbf", 61, 401)]
    [InlineData("exp", 300, 200)]
    [InlineData("exp", 3600, 401)]
    [InlineData("exp", -5, 200)]
    [InlineData("exp", -11, 401)]
    [InlineData("exp", 60.5, 200)]
    public async Task A_clock_may_be_ten_seconds_wrong_and_an_assertion_lives_five_minutes(string claim, double ahead, int status)
    {
        var answer = await MachineAsync(Rsa.Assert("signer", Now, c => c[claim] = Now.ToUnixTimeSeconds() + ahead));
        Assert.Equal(status, answer.Status);
    }

    [Fact] // CAU-03, E07: once, as long as it could be accepted
    public async Task An_assertion_is_accepted_once_and_never_again()
    {
        var assertion = Rsa.Assert("signer", Now);
        Assert.Equal(200, (await MachineAsync(assertion)).Status);
        Expect.Json(await MachineAsync(assertion), 401, "invalid_client");

        // Another assertion with the same jti is the same; the same jti of another client is not.
        var jti = Guid.NewGuid().ToString();
        Assert.Equal(200, (await MachineAsync(Rsa.Assert("signer", Now, c => c["jti"] = jti))).Status);
        Assert.Equal(401, (await MachineAsync(Rsa.Assert("signer", Now, c => (c["jti"], c["iat"]) = (jti, Now.ToUnixTimeSeconds() - 1)))).Status);
        Assert.Equal(200, (await MachineAsync(ClientSigner.OfSecret(Secret).Assert("hmac", Now, c => c["jti"] = jti))).Status);

        // Deleting what is over must not let one in again that still counts.
        Host.Clock.Advance(TimeSpan.FromSeconds(69));
        await Host.SweepAsync();
        Expect.Json(await MachineAsync(assertion), 401, "invalid_client");
        Host.Clock.Advance(TimeSpan.FromSeconds(2));
        await Host.SweepAsync();
        Expect.Json(await MachineAsync(assertion), 401, "invalid_client");
    }

    [Fact] // CAU-06: one replay list for all endpoints
    public async Task An_assertion_used_at_one_endpoint_is_used_at_all()
    {
        var assertion = Rsa.Assert("signer", Now);
        Assert.Equal(200, (await PostAsync("/oauth2/introspect", assertion, [new("token", "x")])).Status);
        Assert.Equal(401, (await PostAsync("/oauth2/revoke", assertion, [new("token", "x")])).Status);
        Expect.Json(await MachineAsync(assertion), 401, "invalid_client");
    }

    [Fact] // E07: one conditional write
    public async Task Of_thirty_parallel_uses_of_an_assertion_one_succeeds()
    {
        for (var round = 0; round < 3; round++)
        {
            var assertion = Rsa.Assert("signer", Now);
            var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => MachineAsync(assertion))));
            Assert.Single(answers, answer => answer.Status == 200);
            Assert.All(answers.Where(answer => answer.Status != 200), answer => Expect.Json(answer, 401, "invalid_client"));
        }
    }

    [Fact] // a stranger must not be able to use up a jti, nor to fill the table
    public async Task An_assertion_that_nobody_signed_is_not_written_down()
    {
        var jti = Guid.NewGuid().ToString();
        var before = await Host.QueryAsync("SELECT COUNT(*) FROM ephemeral");
        Assert.Equal(401, (await MachineAsync(ClientSigner.New("RS256", "rsa").Assert("signer", Now, c => c["jti"] = jti))).Status);
        Assert.Equal(before, await Host.QueryAsync("SELECT COUNT(*) FROM ephemeral"));
        Assert.Equal(200, (await MachineAsync(Rsa.Assert("signer", Now, c => c["jti"] = jti))).Status);
    }

    [Fact] // CAU-03
    public async Task A_header_without_kid_finds_the_key_that_fits() =>
        Assert.Equal(200, (await MachineAsync(Ec.Assert("signer", Now, null, h => h.Remove("kid")))).Status);

    [Theory] // standards 2.4
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData("client-authentication+jwt")]
    public async Task The_usual_types_are_accepted(string type) => Assert.Equal(200, (await MachineAsync(Rsa.Assert("signer", Now, null, h => h["typ"] = type))).Status);

    [Fact] // token_endpoint_auth_signing_alg
    public async Task A_client_that_registered_one_algorithm_is_held_to_it()
    {
        var strict = Rsa.As("PS256");
        Assert.Equal(200, (await MachineAsync(strict.Assert("strict", Now))).Status);
        Expect.Json(await MachineAsync(Rsa.Assert("strict", Now)), 401, "invalid_client");
    }

    [Fact] // standards 2.3: the switch for clients that follow OpenID Connect Core to the letter
    public async Task The_token_endpoint_is_an_audience_only_for_a_client_that_says_so_and_never_in_an_array()
    {
        const string endpoint = XeniosHost.Url + "/oauth2/token";
        Assert.Equal(200, (await MachineAsync(Rsa.Assert("letter", Now, c => c["aud"] = endpoint))).Status);
        Assert.Equal(200, (await MachineAsync(Rsa.Assert("letter", Now))).Status);
        Expect.Json(await MachineAsync(Rsa.Assert("letter", Now, c => c["aud"] = new JsonArray(endpoint))), 401, "invalid_client");
        Expect.Json(await MachineAsync(Rsa.Assert("letter", Now, c => c["aud"] = XeniosHost.Url + "/oauth2/par")), 401, "invalid_client");
        Expect.Json(await MachineAsync(Rsa.Assert("signer", Now, c => c["aud"] = endpoint)), 401, "invalid_client");
    }

    [Fact] // CAU-06
    public async Task Every_endpoint_that_clients_call_takes_assertions()
    {
        Assert.Equal(200, (await PostAsync("/oauth2/revoke", Rsa.Assert("signer", Now), [new("token", "x")])).Status);
        var (status, json) = await PostAsync("/oauth2/introspect", ClientSigner.OfSecret(Secret).Assert("hmac", Now), [new("token", "x")]);
        Assert.Equal((200, """{"active":false}"""), (status, json));
        Assert.Equal(200, (await MachineAsync(Ec.Assert("signer", Now))).Status);

        var pushed = Parameters.ParseForm(new Uri(new RelyingParty(Host) { ClientId = "signer", RedirectUri = "https://signer.test/cb" }.AuthorizeUrl()).Query.AsSpan(1)).Pairs;
        (status, json) = await PostAsync("/oauth2/par", Ec.Assert("signer", Now), pushed);
        Assert.Equal(201, status);
        Assert.Equal(401, (await PostAsync("/oauth2/par", Ec.Assert("signer", Now, c => c["aud"] = XeniosHost.Url + "/oauth2/par"), pushed)).Status);
    }

    [Fact] // E07: the issuer of the host in use
    public async Task An_assertion_for_one_environment_is_nothing_in_another()
    {
        await Host.ApplyAsync(Yaml().Replace("slug: default", "slug: two", StringComparison.Ordinal));
        var two = new RelyingParty(Host) { ClientId = "signer", Secret = null, Issuer = XeniosHost.Url + "/e/two" };
        (string, string?)[] form = [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null)];
        Expect.Json(await two.RedeemAsync(null, [.. form, .. Assertion(Rsa.Assert("signer", Now))]), 401, "invalid_client");
        Assert.Equal(200, (await two.RedeemAsync(null, [.. form, .. Assertion(Rsa.Assert("signer", Now, c => c["aud"] = two.Issuer))])).Status);
    }

    [Fact] // decision 7, threats B13: readable only where an HMAC needs it, and never in clear
    public async Task A_secret_is_sealed_for_client_secret_jwt_alone_and_forgotten_when_the_method_changes()
    {
        var rows = await Host.QueryAsync("SELECT client_id, secret_hashes FROM applications ORDER BY client_id");
        Assert.Equal(["hmac"], rows.Where(row => row.Contains("Sealed", StringComparison.Ordinal)).Select(row => row.Split('|')[0]));
        Assert.All(rows, row => Assert.DoesNotContain(Secret, row, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Secret)), row, StringComparison.Ordinal));

        // Applying again without the secret keeps it; with it, nothing changes either.
        await Host.ApplyAsync(Yaml().Replace($"client_secret: {Secret}", "", StringComparison.Ordinal));
        await Host.ApplyAsync(Yaml());
        Assert.Equal(rows, await Host.QueryAsync("SELECT client_id, secret_hashes FROM applications ORDER BY client_id"));

        await Host.ApplyAsync(Yaml().Replace("client_secret_jwt", "client_secret_post", StringComparison.Ordinal));
        Assert.DoesNotContain(await Host.QueryAsync("SELECT secret_hashes FROM applications"), row => row.Contains("Sealed", StringComparison.Ordinal));
        Expect.Json(await MachineAsync(ClientSigner.OfSecret(Secret).Assert("hmac", Now)), 401, "invalid_client");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Host.ApplyAsync(Yaml().Replace($"client_secret: {Secret}", "", StringComparison.Ordinal)));
        Assert.Contains("client_secret_jwt needs the client_secret again", refused.Message, StringComparison.Ordinal);
    }

    [Fact] // CAU-07, COD-03
    public async Task An_application_that_is_switched_off_is_no_client_and_its_codes_and_tokens_give_nothing()
    {
        var shop = new RelyingParty(Host) { ClientId = "signer", Secret = null, RedirectUri = "https://signer.test/cb" };
        var browser = Host.NewBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, "ada", ("scope", "openid offline_access"))).LocationParameter("code"), Assertion(Rsa.Assert("signer", Now)));
        var code = (await shop.SignInAsync(browser)).LocationParameter("code");
        await Host.ApplyAsync(Yaml().Replace("- client_id: signer", "- client_id: signer\n    enabled: false", StringComparison.Ordinal));
        Expect.Json(await shop.RedeemAsync(code, Assertion(Rsa.Assert("signer", Now))), 401, "invalid_client");
        Expect.Json(await shop.RefreshAsync(tokens.RefreshToken, Assertion(Rsa.Assert("signer", Now))), 401, "invalid_client");
        Expect.Page(await browser.GoAsync(shop.AuthorizeUrl()), "S64");

        await Host.ApplyAsync(Yaml());
        Assert.Equal(200, (await shop.RefreshAsync(tokens.RefreshToken, Assertion(Rsa.Assert("signer", Now)))).Status);
    }

    [Fact] // threats L04
    public async Task No_assertion_is_logged()
    {
        var assertion = Rsa.Assert("signer", Now, c => c["aud"] = "https://evil.test");
        await MachineAsync(assertion);
        Assert.Contains(Host.Log.Lines, line => line.Contains("aud is not this issuer", StringComparison.Ordinal));
        Assert.DoesNotContain(Host.Log.Lines, line => line.Contains(assertion.Split('.')[1], StringComparison.Ordinal));
    }
}

[Trait("Category", "Postgres")]
public sealed class ClientAssertionOnPostgresTests : ClientAssertionTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
