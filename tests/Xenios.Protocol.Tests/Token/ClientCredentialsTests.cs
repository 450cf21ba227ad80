using System.Net;
using System.Text;

namespace Xenios.Protocol.Tests.Token;

/// <summary>Client authentication (RFC 6749 §2.3; threat E06, CAU-01 to CAU-07).</summary>
public sealed class ClientCredentialsTests
{
    private const string Id = "app";
    private const string Secret = "s3cret-s3cret-s3cret-s3cret-s3cret";

    private static readonly byte[] Salt = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Secrets =>
    [
        "a:b", ":", "a:b:c:", "a%b", "50%25", "%3A", "a+b", "a b", " a ", "é", "a:b%c+d eé", "\u3001\U0001F600", "a&b=c", "\"\\/?#",
        new string('x', 1000),
    ];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Any_secret_works_by_basic(string secret)
    {
        // RFC 6749 §2.3.1: both halves are form-encoded first. The encoder here is the framework's, not ours.
        var basic = Basic($"{WebUtility.UrlEncode("a:p p")}:{WebUtility.UrlEncode(secret)}");
        var credentials = Reads(basic, "grant_type=authorization_code");

        Assert.Equal("a:p p", credentials.ClientId);
        Assert.Equal(secret, credentials.Secret);
        Assert.Equal(ClientAuthenticationMethod.ClientSecretBasic, credentials.Method);
        Assert.Null(credentials.Check(Registered(ClientAuthenticationMethod.ClientSecretBasic, secret), Now));
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Any_secret_works_by_post(string secret)
    {
        var credentials = Reads(null, $"client_id=app&client_secret={WebUtility.UrlEncode(secret)}");

        Assert.Equal(secret, credentials.Secret);
        Assert.Equal(ClientAuthenticationMethod.ClientSecretPost, credentials.Method);
        Assert.Null(credentials.Check(Registered(ClientAuthenticationMethod.ClientSecretPost, secret), Now));
    }

    [Theory]
    [InlineData("only the first ':' separates", "app:a:b", "a:b")]
    [InlineData("UTF-8 that was not escaped", "app:é", "é")]
    [InlineData("a '%' that begins no escape", "app:50%off", "50%off")]
    [InlineData("RFC 6749 §2.3.1: '+' is a space", "app:a+b", "a b")]
    public void Halves_of_basic_are_form_decoded_after_the_first_colon(string rule, string text, string secret) =>
        Assert.Equal(secret, Reads(Basic(text), "").Secret);

    [Theory]
    [InlineData("Basic ")]
    [InlineData("basic ")]
    [InlineData("BASIC  ")]
    public void Scheme_is_compared_without_case(string scheme) =>
        Assert.Equal(Id, Reads(scheme + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Id}:{Secret}")), "").ClientId); // RFC 9110 §11.1

    // Basic is given as the text before base64; raw as the header itself.
    [Theory]
    [InlineData("E06: two methods", "app:s", null, "client_id=app&client_secret=s", "invalid_request")]
    [InlineData("E06: two methods", "app:s", null, "client_secret=other", "invalid_request")]
    [InlineData("E06: two methods, one broken", null, "Basic !!!", "client_secret=s", "invalid_request")]
    [InlineData("CAU-02: two clients", "app:s", null, "client_id=other", "invalid_request")]
    [InlineData("CAU-02: two clients by case", "app:s", null, "client_id=APP", "invalid_request")]
    [InlineData("E06: nothing", null, null, "grant_type=authorization_code", "invalid_client")]
    [InlineData("E06: secret without id", null, null, "client_secret=s", "invalid_client")]
    [InlineData("E06: empty secret by Basic", "app:", null, "", "invalid_client")]
    [InlineData("E06: empty id by Basic", ":s", null, "", "invalid_client")]
    [InlineData("RFC 7617 §2: no colon", "app", null, "", "invalid_client")]
    [InlineData("RFC 7617 §2: colon escaped", "app%3As", null, "", "invalid_client")]
    [InlineData("RFC 7617 §2: empty", "", null, "", "invalid_client")]
    [InlineData("not base64", null, "Basic a:b", "", "invalid_client")]
    [InlineData("no blank", null, "Basic", "", "invalid_client")]
    [InlineData("other scheme", null, "Bearer YXBwOnM=", "", "invalid_client")]
    [InlineData("other scheme beside an id", null, "Bearer YXBwOnM=", "client_id=app", "invalid_client")]
    [InlineData("empty header", null, "", "client_id=app", "invalid_client")]
    public void Credentials_that_are_not_exactly_one_way_are_refused(string rule, string? basic, string? raw, string form, string code)
    {
        Assert.False(ClientCredentials.Read(basic is null ? raw : Basic(basic), Parameters.ParseForm(form)).TryGet(out _, out var error));
        Assert.Equal(code, error.Code);
    }

    [Theory]
    [InlineData("RFC 6749 §2.3.1: the id may be repeated in the body", "app:s", "client_id=app", ClientAuthenticationMethod.ClientSecretBasic)]
    [InlineData("COM-02: an empty secret in the body is none", "app:s", "client_secret=", ClientAuthenticationMethod.ClientSecretBasic)]
    [InlineData("public", null, "client_id=app", ClientAuthenticationMethod.None)]
    [InlineData("COM-02: public, empty secret", null, "client_id=app&client_secret=", ClientAuthenticationMethod.None)]
    public void One_way_is_read(string rule, string? basic, string form, ClientAuthenticationMethod method)
    {
        var credentials = Reads(basic is null ? null : Basic(basic), form);

        Assert.Equal(method, credentials.Method);
        Assert.Equal(method == ClientAuthenticationMethod.None ? null : "s", credentials.Secret);
    }

    [Theory]
    [InlineData(100_000, 1)]
    [InlineData(1, 100_000)]
    public void Credentials_of_100_kilobytes_are_refused_by_either_way(int id, int secret)
    {
        var (longId, longSecret) = (new string('i', id), new string('s', secret));

        Assert.False(ClientCredentials.Read(Basic($"{longId}:{longSecret}"), Parameters.ParseForm("")).TryGet(out _, out var byBasic));
        Assert.False(ClientCredentials.Read(null, Parameters.ParseForm($"client_id={longId}&client_secret={longSecret}")).TryGet(out _, out var byPost));
        Assert.Equal(("invalid_client", "invalid_client"), (byBasic.Code, byPost.Code));
    }

    [Theory]
    [InlineData(ClientAuthenticationMethod.ClientSecretBasic, ClientAuthenticationMethod.ClientSecretBasic, true)]
    [InlineData(ClientAuthenticationMethod.ClientSecretBasic, ClientAuthenticationMethod.ClientSecretPost, false)]
    [InlineData(ClientAuthenticationMethod.ClientSecretBasic, ClientAuthenticationMethod.None, false)]
    [InlineData(ClientAuthenticationMethod.ClientSecretPost, ClientAuthenticationMethod.ClientSecretBasic, false)]
    [InlineData(ClientAuthenticationMethod.ClientSecretPost, ClientAuthenticationMethod.ClientSecretPost, true)]
    [InlineData(ClientAuthenticationMethod.ClientSecretPost, ClientAuthenticationMethod.None, false)]
    [InlineData(ClientAuthenticationMethod.None, ClientAuthenticationMethod.ClientSecretBasic, false)]
    [InlineData(ClientAuthenticationMethod.None, ClientAuthenticationMethod.ClientSecretPost, false)]
    [InlineData(ClientAuthenticationMethod.None, ClientAuthenticationMethod.None, true)]
    public void Only_the_registered_method_is_accepted(ClientAuthenticationMethod used, ClientAuthenticationMethod registered, bool accepted)
    {
        // CAU-02; the secret is right in every row.
        var credentials = new ClientCredentials(Id, used == ClientAuthenticationMethod.None ? null : Secret, used);

        Assert.Equal(accepted ? null : "invalid_client", credentials.Check(Registered(registered, Secret), Now)?.Code);
    }

    [Theory]
    [InlineData("first of two", "one", new[] { "one", "two" }, true)]
    [InlineData("CAU-07: second of two", "two", new[] { "one", "two" }, true)]
    [InlineData("neither", "three", new[] { "one", "two" }, false)]
    [InlineData("case", "ONE", new[] { "one" }, false)]
    [InlineData("blank behind", "one ", new[] { "one" }, false)]
    [InlineData("cut", "on", new[] { "one" }, false)]
    [InlineData("longer", "onee", new[] { "one" }, false)]
    [InlineData("composed for combining", "\u00e9", new[] { "e\u0301" }, false)]
    [InlineData("no secret registered", "one", new string[0], false)]
    public void One_of_the_live_secrets_must_match(string rule, string sent, string[] live, bool accepted)
    {
        var credentials = new ClientCredentials(Id, sent, ClientAuthenticationMethod.ClientSecretPost);

        Assert.Equal(accepted ? null : "invalid_client", credentials.Check(Registered(ClientAuthenticationMethod.ClientSecretPost, live), Now)?.Code);
    }

    [Fact]
    public void Same_secret_under_another_salt_has_another_hash()
    {
        var (one, two) = (ClientSecretHash.Of(Secret, Salt), ClientSecretHash.Of(Secret, [.. Salt.Reverse()]));

        Assert.NotEqual(one.Hash, two.Hash);
        Assert.Equal(32, one.Hash.Length);
        Assert.True(one.Matches(Secret));
        Assert.True(two.Matches(Secret));
    }

    [Fact]
    public void Why_a_client_was_refused_is_for_the_operator_only()
    {
        var client = Registered(ClientAuthenticationMethod.ClientSecretPost, Secret);
        var wrongSecret = new ClientCredentials(Id, "wrong", ClientAuthenticationMethod.ClientSecretPost).Check(client, Now);
        var wrongMethod = new ClientCredentials(Id, Secret, ClientAuthenticationMethod.ClientSecretBasic).Check(client, Now);

        Assert.Equal(wrongSecret!.Description, wrongMethod!.Description);
        Assert.NotEqual(wrongSecret.LogDetail, wrongMethod.LogDetail);
    }

    [Fact]
    public void Secret_is_in_no_text()
    {
        var credentials = new ClientCredentials(Id, Secret, ClientAuthenticationMethod.ClientSecretPost);

        Assert.DoesNotContain(Secret, $"{credentials}", StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{credentials.Check(Registered(ClientAuthenticationMethod.ClientSecretPost, "other"), Now)}", StringComparison.Ordinal);
    }

    private static string Basic(string text) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static ClientCredentials Reads(string? authorization, string form)
    {
        Assert.True(ClientCredentials.Read(authorization, Parameters.ParseForm(form)).TryGet(out var credentials, out _));
        return credentials;
    }

    private static Client Registered(ClientAuthenticationMethod method, params string[] secrets) => new()
    {
        ClientId = Id,
        Name = "App",
        RedirectUris = [],
        GrantTypes = ["authorization_code"],
        AllowedScopes = [],
        AuthenticationMethod = method,
        Secrets = [.. secrets.Select(secret => ClientSecretHash.Of(secret, Salt))],
    };
}
