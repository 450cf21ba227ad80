using System.Text.Json;
using Xenios.Sdk;
using static Xenios.Server.Tests.Resources.ResourceTexts;

namespace Xenios.Server.Tests.Resources;

/// <summary>What a resource file may look like, and what it then says.</summary>
public sealed class ResourceFileTests
{
    [Fact]
    public void The_example_of_the_contract_reads_without_error()
    {
        var document = Document(Example);
        var shop = Assert.Single(document.Applications!);
        Assert.Equal(Secret, shop.ClientSecret);
        Assert.Equal([GrantType.AuthorizationCode, GrantType.RefreshToken], shop.GrantTypes);
        Assert.Equal(SigningAlgorithm.RS256, shop.IdTokenSignedResponseAlg);
        Assert.Equal(SignInMethod.EmailCode, shop.LoginFlow!.Steps![1].Options![0].Method);
        var x = Assert.Single(document.Connections!);
        Assert.Equal(OnOff.On, x.Policy!.Jit);
        Assert.Equal("true", x.UpstreamParams!["force_login"].Value);
        Assert.Equal("login_hint", x.UpstreamParams["screen_name"].Alias);
        Assert.Equal("", x.ClientId);
        Assert.Equal("K", document.Users![0].Attributes!["nickname"]);
        Assert.Equal(["admin"], document.Organizations![0].Members![0].Roles);
    }

    [Fact]
    public void The_same_document_in_json_says_the_same()
    {
        var json = Json(Document(Example));
        Assert.Equal(json, Json(Document(json)));
        var indented = JsonSerializer.Serialize(JsonDocument.Parse(json), new JsonSerializerOptions { WriteIndented = true, IndentCharacter = '\t', IndentSize = 1 });
        Assert.Equal(json, Json(Document(indented)));
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(json, XeniosJson.Default.ResourceDocument), XeniosJson.Default.ResourceDocument));
    }

    [Fact]
    public void Line_ends_and_a_byte_order_mark_change_nothing()
    {
        var plain = Json(Document(Example));
        Assert.Equal(plain, Json(Document(Example.ReplaceLineEndings("\r\n"))));
        Assert.Equal(plain, Json(Document("\uFEFF" + Example)));
    }

    [Theory]
    [InlineData("on", OnOff.On)]
    [InlineData("off", OnOff.Off)]
    [InlineData("true", OnOff.On)]
    [InlineData("false", OnOff.Off)]
    [InlineData("Yes", OnOff.On)]
    [InlineData("no", OnOff.Off)]
    [InlineData("\"on\"", OnOff.On)]
    [InlineData("${TRUE}", OnOff.On)]
    public void On_and_off_may_be_written_as_truth(string written, OnOff meant) =>
        Assert.Equal(meant, Document($"connections:\n  - policy:\n      jit: {written}\n").Connections![0].Policy!.Jit);

    [Theory]
    [InlineData("on", true)]
    [InlineData("off", false)]
    [InlineData("TRUE", true)]
    [InlineData("false", false)]
    [InlineData("yes", true)]
    [InlineData("no", false)]
    [InlineData("${TRUE}", true)]
    public void Truth_may_be_written_as_on_and_off(string written, bool meant) => Assert.Equal(meant, Document($"connections:\n  - enabled: {written}\n").Connections![0].Enabled);

    [Theory]
    [InlineData("007", "007")]
    [InlineData("1e3", "1e3")]
    [InlineData("0x10", "0x10")]
    [InlineData("\"true\"", "true")]
    [InlineData("on", "on")]
    [InlineData("2001-01-01", "2001-01-01")]
    [InlineData("!!str true", "true")]
    [InlineData("\"null\"", "null")]
    public void A_text_stays_as_it_was_written(string written, string meant) => Assert.Equal(meant, Document($"connections:\n  - slug: {written}\n").Connections![0].Slug);

    [Theory]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("null")]
    public void Nothing_is_not_given(string written) => Assert.Null(Document($"connections:\n  - slug: {written}\n").Connections![0].Slug);

    [Theory]
    [InlineData("${SHOP_SECRET}", Secret)]
    [InlineData("\"${SHOP_SECRET}\"", Secret)]
    [InlineData("a-${EMPTY}-b", "a--b")]
    [InlineData("${EMPTY}", "")]
    [InlineData("$${SHOP_SECRET}", "${SHOP_SECRET}")]
    [InlineData("$$${SHOP_SECRET}", "$${SHOP_SECRET}")]
    [InlineData("${BRACES}", "${SHOP_SECRET}")]
    [InlineData("pa$$word$", "pa$$word$")]
    [InlineData("${TRUE}", "true")]
    public void Variables_are_filled_in_once(string written, string meant) => Assert.Equal(meant, Document($"users:\n  - password: {written}\n").Users![0].Password);

    [Fact]
    public void Anchors_and_aliases_stand_for_whole_values()
    {
        var document = Document("""
            applications:
              - client_id: a
                redirect_uris: &uris [https://a.example/cb]
              - client_id: b
                redirect_uris: *uris
            """);
        Assert.Equal(document.Applications![0].RedirectUris, document.Applications[1].RedirectUris);
    }

    [Fact]
    public void What_a_rule_refuses_is_found_again_in_the_file()
    {
        var reading = Read("""
            connections:
              - slug: X
                kind: x
                client_secret: abc
            """);
        var located = Xenios.Server.Resources.ResourceRules.Check(reading.Document!, Nothing).Select(error => reading.Locate(error).ToString()).ToArray();
        Assert.StartsWith("demo.yaml:2:11: connections[0].slug: a slug is", located[0], StringComparison.Ordinal);
        Assert.StartsWith("demo.yaml:2:5: connections[0].client_id: ", located[1], StringComparison.Ordinal);
    }
}
