using Xenios.Server.Hosting;

namespace Xenios.Server.Tests.Hosting;

/// <summary>Random values, and what they are found by.</summary>
public sealed class SecretsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Handles_are_as_long_as_other_secrets_and_no_two_of_one_moment_are_alike()
    {
        var handles = Enumerable.Range(0, 10_000).Select(_ => Secrets.NewHandle(Now)).ToList();
        Assert.Equal(handles.Count, handles.Select(handle => handle[13..]).Distinct().Count());
        Assert.All(handles, handle => Assert.Matches("^[0-9a-f]{12}-[A-Za-z0-9_-]{30}$", handle));
    }

    [Fact]
    public void What_is_stored_under_handles_lies_in_the_order_of_their_time()
    {
        var keys = Enumerable.Range(0, 500).Select(ms => Convert.ToHexString(Secrets.KeyOf(Secrets.NewHandle(Now.AddMilliseconds(ms))))).ToList();
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
    }

    [Fact]
    public void A_handle_is_found_only_by_all_of_it()
    {
        var handle = Secrets.NewHandle(Now);
        Assert.Equal(Secrets.KeyOf(handle), Secrets.KeyOf(handle));
        Assert.NotEqual(Secrets.KeyOf(handle), Secrets.KeyOf(handle[..^1] + (handle[^1] == 'A' ? 'B' : 'A')));
        Assert.NotEqual(Secrets.KeyOf(handle), Secrets.KeyOf(handle[..12] + Secrets.New()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-")]
    [InlineData("019a8f3b2c1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("019a8f3b2c1z-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("grt_019a8f3b2c1d00000000000000000000")]
    [InlineData("ÄÖÜ019a8f3b-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_handle_is_found_by_its_hash(string value) => Assert.Equal(Secrets.Hash(value), Secrets.KeyOf(value));
}
