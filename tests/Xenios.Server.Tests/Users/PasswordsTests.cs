using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Org.BouncyCastle.Crypto.Generators;
using Xenios.Server.Users;

namespace Xenios.Server.Tests.Users;

/// <summary>Which password hashes can be imported, and what becomes of them (decision 20; threats H05, L05).</summary>
public sealed class PasswordsTests
{
    private const string Salted = "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    // The published vectors of bcrypt's authors; $2b$ and $2y$ are the same for ASCII.
    [Theory]
    [InlineData("$2a$05$" + Salted, "U*U", true)]
    [InlineData("$2b$05$" + Salted, "U*U", true)]
    [InlineData("$2y$05$" + Salted, "U*U", true)]
    [InlineData("$2a$05$" + Salted, "U*U*", false)]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", "U*U*", true)]
    [InlineData("$2a$05$" + Salted, "", false)]
    [InlineData("x", "x", false)]
    [InlineData(null, "x", false)]
    public void Bcrypt_is_verified(string? hash, string password, bool isRight) => Assert.Equal(isRight, Passwords.Verify(hash, password));

    [Fact]
    public void Hashes_that_passwords_cannot_be_verified_against_or_that_cost_too_much_are_refused()
    {
        foreach (var usable in new[]
        {
            Passwords.Hash("p"), "$2a$05$" + Salted, "$2y$14$" + Salted,
            new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { CompatibilityMode = PasswordHasherCompatibilityMode.IdentityV2 })).HashPassword(this, "p"),
        })
        {
            Assert.Null(Passwords.Mistake(usable));
        }

        var endless = Convert.FromBase64String(Passwords.Hash("p"));
        (endless[5], endless[6]) = (0x7F, 0xFF);
        foreach (var useless in new[] { "$2a$15$" + Salted, "$2x$05$" + Salted, "$2a$05$short", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", "AQAAAAIAAYagAAAA", "x", "", Convert.ToBase64String(endless), Passwords.Hash("p")[..40] })
        {
            Assert.NotNull(Passwords.Mistake(useless));
            Assert.False(Passwords.Verify(useless, "p"));
        }
    }

    [Fact]
    public void Hashes_of_fewer_rounds_and_of_another_scheme_are_outdated_and_ours_is_not()
    {
        Assert.False(Passwords.IsOutdated(Passwords.Hash("p")));
        Assert.True(Passwords.IsOutdated(OpenBsdBCrypt.Generate("2b", "p".ToCharArray(), new byte[16], 4)));
        Assert.True(Passwords.IsOutdated(new PasswordHasher<object>().HashPassword(this, "p")));
    }
}
