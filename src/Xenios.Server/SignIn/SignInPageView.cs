namespace Xenios.Server.SignIn;

/// <summary>One state of the sign-in pages, ready to be drawn: every text is final, every address absolute or relative to this server.</summary>
public sealed record SignInPageView
{
    /// <summary>The state's id, such as <c>S11</c>; the <c>data-page</c> of the page.</summary>
    public required string Page { get; init; }

    /// <summary>Stable code of what went wrong, the <c>data-error</c> of the page; null for a state that is no error.</summary>
    public string? Error { get; init; }

    /// <summary>HTTP status the page is sent with.</summary>
    public int Status { get; init; } = 200;

    /// <summary>BCP 47 tag of the texts.</summary>
    public required string Language { get; init; }

    /// <summary>The <c>h1</c>, and with the application's name the document's title.</summary>
    public required string Heading { get; init; }

    /// <summary>Name of the application the person is going to; null when there is none.</summary>
    public string? Application { get; init; }

    /// <summary>Short paragraphs below the heading.</summary>
    public IReadOnlyList<string> Text { get; init; } = [];

    /// <summary>What the person can do, in order.</summary>
    public IReadOnlyList<PageItem> Items { get; init; } = [];

    /// <summary>Support code as people read it, such as <c>K7PX4-9QM2T</c>; null on pages that cannot fail.</summary>
    public string? SupportCode { get; init; }

    /// <summary>The sentence before the support code.</summary>
    public string? SupportText { get; init; }

    /// <summary>Name of the button that copies the support code, and what is said once it did; null for no such button.</summary>
    public (string Label, string Done)? SupportCopy { get; init; }

    /// <summary>Whether the page only waits and is announced politely to screen readers (S05, S54).</summary>
    public bool IsStatus { get; init; }
}

/// <summary>Something on a page besides its texts.</summary>
public abstract record PageItem
{
    private PageItem()
    {
    }

    /// <summary>A form with one button; a plain button is a form without fields.</summary>
    public sealed record Form : PageItem
    {
        /// <summary>Where it posts.</summary>
        public required string Action { get; init; }

        /// <summary>The button's text.</summary>
        public required string Submit { get; init; }

        /// <summary>Names and values sent along.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Hidden { get; init; } = [];

        /// <summary>Visible fields.</summary>
        public IReadOnlyList<PageField> Fields { get; init; } = [];

        /// <summary>How much the button stands out.</summary>
        public PageWeight Weight { get; init; } = PageWeight.Primary;

        /// <summary>Slug of the connection the button leaves for (<c>data-connection</c>); null for other buttons.</summary>
        public string? Connection { get; init; }

        /// <summary>Kind of that connection, which chooses the logo; <c>x</c> has one.</summary>
        public string? ConnectionKind { get; init; }

        /// <summary>A mark beside the text, such as "Last used".</summary>
        public string? Mark { get; init; }

        /// <summary>Name of the button itself, where its press is a value.</summary>
        public string? ButtonName { get; init; }

        /// <summary>Value of the button itself.</summary>
        public string? ButtonValue { get; init; }

        /// <summary>Shown by script when leaving takes longer than two seconds (S05): heading, sentence.</summary>
        public (string Heading, string Text)? Leaving { get; init; }

        /// <summary>The button of that state, such as "Continue to X"; <see cref="Submit"/> when null.</summary>
        public string? LeavingSubmit { get; init; }

        /// <summary>Seconds until the button may be pressed; the script counts down, the server refuses earlier presses.</summary>
        public int AvailableIn { get; init; }
    }

    /// <summary>A link.</summary>
    /// <param name="Href">Where it leads.</param>
    /// <param name="Label">Its text.</param>
    /// <param name="External">Whether it leaves this server.</param>
    public sealed record Link(string Href, string Label, bool External = false) : PageItem
    {
        /// <summary>How much it stands out; anything but <see cref="PageWeight.Quiet"/> looks like a button.</summary>
        public PageWeight Weight { get; init; } = PageWeight.Quiet;
    }

    /// <summary>Who is signed in, with the connection's logo (S36).</summary>
    /// <param name="Name">Display name; may be empty.</param>
    /// <param name="Handle">Handle without @; null when there is none.</param>
    /// <param name="ConnectionKind">Chooses the logo.</param>
    public sealed record Person(string Name, string? Handle, string? ConnectionKind) : PageItem;

    /// <summary>Technical lines, folded.</summary>
    /// <param name="Summary">What is folded.</param>
    /// <param name="Lines">The lines.</param>
    public sealed record Details(string Summary, IReadOnlyList<string> Lines) : PageItem;

    /// <summary>What the person is asked to allow, point by point (S30).</summary>
    /// <param name="Lines">The points.</param>
    public sealed record Points(IReadOnlyList<string> Lines) : PageItem;

    /// <summary>A line of small type.</summary>
    /// <param name="Text">The line.</param>
    public sealed record Note(string Text) : PageItem;

    /// <summary>A moment to wait for (S16, S54); the script shows the time left until then.</summary>
    /// <param name="At">The moment.</param>
    /// <param name="Text">The moment as people read it, such as "14:20 UTC".</param>
    public sealed record Moment(DateTimeOffset At, string Text) : PageItem;

    /// <summary>The word between alternatives, such as "or".</summary>
    /// <param name="Text">The word.</param>
    public sealed record Divider(string Text) : PageItem;
}

/// <summary>How much a button stands out.</summary>
public enum PageWeight
{
    /// <summary>The one main button.</summary>
    Primary,

    /// <summary>Another way.</summary>
    Secondary,

    /// <summary>Looks like a link.</summary>
    Quiet,
}

/// <summary>A visible field of a form.</summary>
public sealed record PageField
{
    /// <summary>Name on the wire: <c>email</c>, <c>code</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Label above the field.</summary>
    public required string Label { get; init; }

    /// <summary>Input type: <c>email</c>, <c>text</c>, <c>password</c>; a <c>checkbox</c> starts empty and sends <see cref="Value"/>.</summary>
    public string Type { get; init; } = "text";

    /// <summary>What stands in it: nothing typed is lost on an error.</summary>
    public string? Value { get; init; }

    /// <summary>The <c>autocomplete</c> tokens; HTML allows one field name, so <c>email</c> or <c>username</c>, never both.</summary>
    public string? Autocomplete { get; init; }

    /// <summary>The <c>inputmode</c>, such as <c>numeric</c>.</summary>
    public string? InputMode { get; init; }

    /// <summary>Most characters accepted.</summary>
    public int MaxLength { get; init; } = 320;

    /// <summary>What is wrong with the value; null when nothing is.</summary>
    public string? Error { get; init; }
}
