using Microsoft.AspNetCore.Components;

namespace Xenios.Server.SignIn;

/// <summary>Draws one state of the sign-in pages as a whole HTML document.</summary>
public sealed partial class SignInPage
{
    private static readonly HashSet<string> RightToLeft =
        new(["ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"], StringComparer.OrdinalIgnoreCase);

    /// <summary>What to draw.</summary>
    [Parameter, EditorRequired]
    public SignInPageView View { get; set; } = null!;

    /// <summary>Address of <c>signin.css</c>.</summary>
    [Parameter, EditorRequired]
    public string StyleUrl { get; set; } = null!;

    /// <summary>Address of <c>signin.js</c>.</summary>
    [Parameter, EditorRequired]
    public string ScriptUrl { get; set; } = null!;

    private string Direction => RightToLeft.Contains(View.Language.Split('-')[0]) ? "rtl" : "ltr";

    private string Title => View.Application is null || View.Heading.Contains(View.Application, StringComparison.Ordinal)
        ? View.Heading
        : $"{View.Heading} – {View.Application}";

    private PageField? FirstWrong => View.Items.OfType<PageItem.Form>().SelectMany(form => form.Fields).FirstOrDefault(one => one.Error is not null);
}
