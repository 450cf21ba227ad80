using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>A local attribute beyond the standard claims of OpenID Connect Core §5.1 (contract §3, <c>attributes</c>).</summary>
public sealed record AttributeResource
{
    /// <summary>Its name: a letter, then letters, digits and <c>_</c>, 64 at most; no standard or protocol claim, identifier or right. Required.</summary>
    public string? Name { get; init; }

    /// <summary>What its values are; a value that is not of this type is not stored. Default <see cref="AttributeType.Text"/>.</summary>
    public AttributeType? Type { get; init; }
}

/// <summary>What the values of a local attribute are.</summary>
[JsonConverter(typeof(WireNameConverter<AttributeType>))]
public enum AttributeType
{
    /// <summary><c>text</c>: anything.</summary>
    Text,

    /// <summary><c>url</c>: an absolute http or https address.</summary>
    Url,

    /// <summary><c>date</c>: <c>YYYY-MM-DD</c>, or <c>YYYY</c> (OpenID Connect Core §5.1, <c>birthdate</c>).</summary>
    Date,

    /// <summary><c>number</c>: a whole number of at most 15 digits; a JSON number in tokens.</summary>
    Number,

    /// <summary><c>boolean</c>: <c>true</c> or <c>false</c>; a JSON boolean in tokens.</summary>
    Boolean,
}
