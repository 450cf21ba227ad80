using System.Text;

namespace Xenios.Protocol.Tests.Token;

/// <summary>Clients' public keys and assertions as pure rules. Keys and signatures are those of RFC 7515 §A; the walk through the server is in the server's tests.</summary>
public sealed class ClientKeysTests
{
    private const string EcText = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    private const string EcSignature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    private const string EcKey = """{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""";

    [Fact] // RFC 7515 §A.3
    public void Published_signature_is_the_published_keys()
    {
        var key = Assert.Single(Read(EcKey).Find(null, "ES256"));
        var signature = System.Buffers.Text.Base64Url.DecodeFromChars(EcSignature);
        Assert.True(key.Verify("ES256", Encoding.ASCII.GetBytes(EcText), signature));
        Assert.False(key.Verify("ES256", Encoding.ASCII.GetBytes(EcText + "x"), signature));
        Assert.False(key.Verify("ES256", Encoding.ASCII.GetBytes(EcText), signature[..^1]));
        Assert.False(key.Verify("ES256", Encoding.ASCII.GetBytes(EcText), []));
    }

    [Theory] // RFC 8725 §3.1: the key says what it is for
    [InlineData("ES256", 1)]
    [InlineData("ES384", 0)]
    [InlineData("RS256", 0)]
    [InlineData("HS256", 0)]
    public void Key_fits_its_own_algorithm_alone(string algorithm, int found) => Assert.Equal(found, Read(EcKey).Find(null, algorithm).Count());

    [Fact]
    public void Key_without_a_name_is_not_found_by_one()
    {
        Assert.Empty(Read(EcKey).Find("k", "ES256"));
        var named = Read(EcKey[..^1] + ",\"kid\":\"k\"}", EcKey);
        Assert.Single(named.Find("k", "ES256"));
        Assert.Equal(2, named.Find(null, "ES256").Count());
        Assert.Empty(named.Find("K", "ES256"));
    }

    [Theory]
    [InlineData("private half", ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}")]
    [InlineData("encryption", ",\"use\":\"enc\"}")]
    [InlineData("use of no type", ",\"use\":1}")]
    [InlineData("operations of no type", ",\"key_ops\":\"verify\"}")]
    [InlineData("algorithm of no type", ",\"alg\":256}")]
    public void Key_with_something_wrong_is_passed_over_and_named(string what, string more)
    {
        var keys = Read(EcKey[..^1] + more, EcKey);
        Assert.Equal((what, 1), (what, keys.Count));
        Assert.StartsWith("keys[0]: ", Assert.Single(keys.Mistakes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    [InlineData("{\"keys\":[[[[[[[[[[]]]]]]]]]]}")]
    public void Text_that_is_no_set_is_none(string json) => Assert.Null(ClientKeys.Read(Encoding.UTF8.GetBytes(json)));

    private static ClientKeys Read(params string[] keys) => ClientKeys.Read(Encoding.UTF8.GetBytes($$"""{"keys":[{{string.Join(',', keys)}}]}"""))!;
}
