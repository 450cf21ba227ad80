using System.Text;
using Xenios.Sdk;
using Xenios.Server.Resources;
using static Xenios.Server.Tests.Resources.ResourceTexts;

namespace Xenios.Server.Tests.Resources;

/// <summary>No error repeats a value of the file (threat L04).</summary>
public sealed class ResourceFileSecretsTests
{
    private const string Canary = "hunter2canary";

    [Theory]
    [InlineData("users:\n  - password: [{0}]\n")]
    [InlineData("users:\n  - password: {{ a: {0} }}\n")]
    [InlineData("users:\n  - passwrd: {0}\n")]
    [InlineData("users:\n  - password:{0}\n")]
    [InlineData("users: [{{password:{0}}}]\n")]
    [InlineData("users: [{{password: '{0}}}]\n")]
    [InlineData("users:\n  - password: \"{0}\n")]
    [InlineData("users:\n  - password: !{0} x\n")]
    [InlineData("users:\n  - password: *{0}\n")]
    [InlineData("users:\n  - password: @{0}\n")]
    [InlineData("users:\n  - password: %{0}\n")]
    [InlineData("users:\n  - password: ${{A B}}{0}\n")]
    [InlineData("users:\n  - password: \"{0}\\0\"\n")]
    [InlineData("users:\n  - status: {0}\n")]
    [InlineData("users:\n  - email_verified: {0}\n")]
    [InlineData("users: {0}\n")]
    [InlineData("{0}")]
    [InlineData("connections:\n  - slug: x\n    kind: x\n    client_secret: ' {0}'\n    api_key_secret: {0}\n")]
    [InlineData("connections:\n  - slug: x\n    kind: x\n    protocol: oauth1a\n    api_key: 12-{0}\n")]
    [InlineData("applications:\n  - client_id: a\n    client_secret: {0}\n")]
    [InlineData("applications:\n  - client_id: a\n    client_secret: secret\n    redirect_uris: [\"https://u:{0}@a.example/\"]\n")]
    [InlineData("users:\n  - username: kim\n    password: {0}\n    password_hash: $argon2id${0}\n")]
    public void A_value_is_never_repeated(string text)
    {
        var reading = Read(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, Canary));
        var messages = reading.Document is { } document
            ? ResourceRules.Check(document, Nothing).Select(error => reading.Locate(error).ToString()).ToArray()
            : [.. reading.Errors.Select(error => error.ToString())];
        Assert.NotEmpty(messages);
        Assert.All(messages, message => Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_mutilated_file_does_not_tell_its_secrets()
    {
        const string noise = "{}[],-?&*!|>'\"%@`#\t\n ";
        var random = new Random(11);
        var secret = Example.Replace("${SHOP_SECRET}", Canary, StringComparison.Ordinal).Replace("${KIM_PASSWORD}", Canary, StringComparison.Ordinal);
        for (var i = 0; i < 400; i++)
        {
            var text = new StringBuilder(secret);
            var at = random.Next(text.Length);
            text.Insert(at, noise[random.Next(noise.Length)]);
            Assert.All(Read(text.ToString()).Errors, error => Assert.DoesNotContain(Canary, error.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Records_do_not_print_their_secrets()
    {
        Assert.DoesNotContain(Canary, new ApplicationResource { ClientId = "a", ClientSecret = Canary }.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, new ConnectionResource { Slug = "x", ClientSecret = Canary, ApiKeySecret = Canary }.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, new UserResource { Username = "kim", Password = Canary, PasswordHash = Canary }.ToString(), StringComparison.Ordinal);
    }
}
