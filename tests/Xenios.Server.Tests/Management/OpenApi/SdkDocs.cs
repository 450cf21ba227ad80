using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xenios.Sdk;

namespace Xenios.Server.Tests.Management.OpenApi;

/// <summary>The doc comments of Xenios.Sdk as texts of the OpenAPI document, with names as they stand on the wire.</summary>
internal sealed partial class SdkDocs
{
    private readonly Dictionary<string, XElement> _members = XDocument
        .Load(Path.ChangeExtension(typeof(WireName).Assembly.Location, ".xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    /// <summary>What a record or a closed value is for.</summary>
    /// <param name="type">One of Xenios.Sdk.</param>
    public string Of(Type type) => Text(_members[$"T:{type.FullName}"].Element("summary")!);

    /// <summary>What a field is for; of a positional record the parameter says it.</summary>
    /// <param name="property">The field.</param>
    public string Of(PropertyInfo property) =>
        _members.TryGetValue($"P:{property.DeclaringType!.FullName}.{property.Name}", out var member) ? Text(member.Element("summary")!)
        : Text(_members[$"T:{property.DeclaringType.FullName}"].Elements("param").Single(parameter => parameter.Attribute("name")!.Value == property.Name));

    /// <summary>What one of a closed value's members means.</summary>
    /// <param name="enumeration">The type.</param>
    /// <param name="member">Its member.</param>
    public string Of(Type enumeration, string member) => Text(_members[$"F:{enumeration.FullName}.{member}"].Element("summary")!);

    private static string Text(XElement element) => Blanks().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{Name(see.Attribute("cref")!.Value)}`",
        XElement other => throw new InvalidOperationException($"<{other.Name}> has no form here."),
        _ => "",
    };

    // P:Xenios.Sdk.UserResource.Email is email, F:Xenios.Sdk.UserStatus.Active is active.
    private static string Name(string reference)
    {
        var (owner, member) = (reference[2..reference.LastIndexOf('.')], reference[(reference.LastIndexOf('.') + 1)..]);
        return typeof(WireName).Assembly.GetType(owner) is { IsEnum: true } enumeration
            ? WireName.All(enumeration).Single(entry => entry.Value.ToString() == member).Key
            : reference[0] == 'T' ? member : System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(member);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
