using Microsoft.AspNetCore.Components;

namespace Xenios.Server.SignIn;

/// <summary>Draws a visible field with its label and what is wrong with it.</summary>
public sealed partial class SignInPageField
{
    /// <summary>What to draw.</summary>
    [Parameter, EditorRequired]
    public PageField Field { get; set; } = null!;

    /// <summary>Id of the input, unique on the page.</summary>
    [Parameter, EditorRequired]
    public string Id { get; set; } = null!;

    /// <summary>Whether it is the page's first wrong field: it takes the focus, and it alone is an alert.</summary>
    [Parameter]
    public bool First { get; set; }

    private bool Wrong => Field.Error is not null;

    private bool IsCode => Field.Autocomplete == "one-time-code";

    private string ErrorId => $"{Id}-error";
}
