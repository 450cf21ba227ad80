using System.Text.Json;
using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>A setting whose values are written <c>on</c> and <c>off</c>; <c>true</c> and <c>false</c> are read as the same (contract §3).</summary>
[JsonConverter(typeof(OnOffConverter))]
public enum OnOff
{
    /// <summary><c>off</c>, also read from <c>false</c>.</summary>
    Off,

    /// <summary><c>on</c>, also read from <c>true</c>.</summary>
    On,
}

/// <summary>Reads the names and JSON's own booleans, writes the names.</summary>
internal sealed class OnOffConverter : WireNameConverter<OnOff>
{
    /// <inheritdoc/>
    public override OnOff Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => OnOff.On,
        JsonTokenType.False => OnOff.Off,
        _ => base.Read(ref reader, typeToConvert, options),
    };
}
