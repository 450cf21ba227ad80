using Microsoft.AspNetCore.Components;

namespace Xenios.Server.SignIn;

/// <summary>Draws one item of a page: a form, a link, a line.</summary>
public sealed partial class SignInPageItem
{
    /// <summary>What to draw.</summary>
    [Parameter, EditorRequired]
    public PageItem Item { get; set; } = null!;

    /// <summary>Place of the item on its page, which makes its ids unique.</summary>
    [Parameter, EditorRequired]
    public int Index { get; set; }

    /// <summary>The page's first wrong field; null when all are right.</summary>
    [Parameter]
    public PageField? FirstWrong { get; set; }

    private string FormId => $"form-{Index}";

    private string MarkId => $"mark-{Index}";

    // A quiet button without fields shares its row with its neighbours.
    private static string FormClass(PageItem.Form form) => form.Weight == PageWeight.Quiet && form.Fields.Count == 0 ? "beside" : "full";

    // X's policy: its button is at least as prominent as any other, so it keeps its look where it comes second.
    private static string ButtonClass(PageItem.Form form) => form switch
    {
        { Weight: PageWeight.Quiet } => "quiet",
        { Connection: not null, ConnectionKind: "x" } => "button x",
        _ => $"button {Lower(form.Weight)}",
    };

    private static string Lower(PageWeight weight) => weight == PageWeight.Primary ? "primary" : "secondary";
}
