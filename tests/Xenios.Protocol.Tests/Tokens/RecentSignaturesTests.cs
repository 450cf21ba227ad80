using System.Text;
using Xenios.Protocol.Tokens;

namespace Xenios.Protocol.Tests.Tokens;

/// <summary>Recognising a signature must never mean more than verifying it would.</summary>
public sealed class RecentSignaturesTests
{
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("header.payload");

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public void What_a_key_signed_is_its_own_and_what_differs_in_one_bit_is_not(string algorithm)
    {
        using var key = SigningKey.Generate(algorithm);
        var room = new byte[256];
        var signature = room[..key.Sign(Message, room)];
        Assert.True(key.Verify(Message, signature));

        for (var bit = 0; bit < signature.Length * 8; bit += 7)
        {
            var forged = (byte[])signature.Clone();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.Verify(Message, forged));
        }

        for (var bit = 0; bit < Message.Length * 8; bit++)
        {
            var other = (byte[])Message.Clone();
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.Verify(other, signature));
        }
    }

    [Fact]
    public void A_boundary_moved_between_signature_and_message_is_not_recognised()
    {
        using var key = SigningKey.Generate("ES256");
        var room = new byte[256];
        var signature = room[..key.Sign(Message, room)];
        Assert.False(key.Verify(Message[1..], [.. signature, Message[0]]));
        Assert.False(key.Verify([signature[^1], .. Message], signature[..^1]));
    }

    [Fact]
    public void One_key_recognises_nothing_of_another_and_nothing_after_it_was_read_again()
    {
        using var key = SigningKey.Generate("ES256");
        using var other = SigningKey.Generate("ES256");
        using var again = SigningKey.FromPrivateKey("ES256", key.ExportPrivateKey());
        var room = new byte[256];
        var signature = room[..key.Sign(Message, room)];
        Assert.False(other.Verify(Message, signature));
        Assert.True(again.Verify(Message, signature));
        Assert.True(again.Verify(Message, signature));
    }

    [Fact]
    public void Long_after_it_was_forgotten_a_signature_still_verifies()
    {
        using var key = SigningKey.Generate("ES256");
        var room = new byte[256];
        var signature = room[..key.Sign(Message, room)];
        for (var i = 0; i < 20_000; i++)
        {
            key.Sign(BitConverter.GetBytes(i), new byte[256]);
        }

        Assert.True(key.Verify(Message, signature));
    }
}
