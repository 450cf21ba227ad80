using System.Security.Cryptography;
using System.Text;
using Xenios.Server.Storage;

namespace Xenios.Server.Tests.Storage;

/// <summary>What is sealed opens for its purpose, unaltered, with a configured key, and in no other case.</summary>
public sealed class VaultTests
{
    private static readonly byte[] Value = Encoding.UTF8.GetBytes("a secret of some length");
    private static readonly byte[] OldKey = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] NewKey = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void A_record_opens_for_its_purpose_only()
    {
        using var vault = new Vault([("a", OldKey)]);
        var record = vault.Seal("signing_key|env|kid", Value);
        Assert.Equal(Value, vault.Open("signing_key|env|kid", record));
        foreach (var purpose in new[] { "", "signing_key|env|ki", "signing_key|env|kid ", "Signing_key|env|kid", "connection|env|kid" })
        {
            Assert.ThrowsAny<CryptographicException>(() => vault.Open(purpose, record));
        }
    }

    [Fact]
    public void The_same_value_is_never_sealed_the_same_way_twice()
    {
        using var vault = new Vault([("a", OldKey)]);
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(vault.Seal("p", Value))).Distinct().Count());
        Assert.DoesNotContain(Convert.ToHexString(Value), Convert.ToHexString(vault.Seal("p", Value)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_with_any_byte_altered_left_out_or_added_does_not_open()
    {
        using var vault = new Vault([("a", OldKey)]);
        var record = vault.Seal("p", Value);
        for (var i = 0; i < record.Length; i++)
        {
            var altered = (byte[])record.Clone();
            altered[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => vault.Open("p", altered));
            Assert.ThrowsAny<CryptographicException>(() => vault.Open("p", record.AsSpan(0, i)));
        }

        Assert.ThrowsAny<CryptographicException>(() => vault.Open("p", [.. record, 0]));
    }

    [Fact]
    public void An_unknown_key_is_named_so_that_the_operator_can_add_it()
    {
        using var old = new Vault([("old-key", OldKey)]);
        using var other = new Vault([("new-key", NewKey)]);
        var problem = Assert.Throws<CryptographicException>(() => other.Open("p", old.Seal("p", Value)));
        Assert.Contains("'old-key'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_list_the_first_key_seals_and_all_open()
    {
        using var old = new Vault([("old", OldKey)]);
        using var both = new Vault([("new", NewKey), ("old", OldKey)]);
        using var fresh = new Vault([("new", NewKey)]);
        Assert.Equal(Value, both.Open("p", old.Seal("p", Value)));
        Assert.Equal(Value, fresh.Open("p", both.Seal("p", Value)));
        Assert.ThrowsAny<CryptographicException>(() => old.Open("p", both.Seal("p", Value)));
        Assert.True(both.IsTag("form", old.Tag("form")));
        Assert.True(fresh.IsTag("form", both.Tag("form")));
    }

    [Fact]
    public void A_key_of_the_same_name_with_other_bytes_opens_nothing()
    {
        using var old = new Vault([("same", OldKey)]);
        using var other = new Vault([("same", NewKey)]);
        Assert.ThrowsAny<CryptographicException>(() => other.Open("p", old.Seal("p", Value)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("é")]
    public void A_tag_is_ours_only_as_it_was_made(string? tag)
    {
        using var vault = new Vault([("a", OldKey)]);
        Assert.False(vault.IsTag("form|browser|journey", tag));
        Assert.False(vault.IsTag("form|browser|journey", vault.Tag("form|browser|other")));
        Assert.False(vault.IsTag("form|browser|journey", vault.Tag("form|browser|journey") + "A"));
        Assert.True(vault.IsTag("form|browser|journey", vault.Tag("form|browser|journey")));
    }
}
