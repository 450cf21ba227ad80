using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Xenios.Server.SignIn;

/// <summary>Stands for a name by its first letter, for none by a doorway.</summary>
public sealed partial class Monogram
{
    /// <summary>The name; null for none.</summary>
    [Parameter, EditorRequired]
    public string? Name { get; set; }

    private string? Initial => string.IsNullOrWhiteSpace(Name)
        ? null
        : StringInfo.GetNextTextElement(Name.TrimStart()).ToUpperInvariant();
}
