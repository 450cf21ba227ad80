using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Xenios.XSandbox.Pages;

/// <summary>Finished HTML. Text can only get into it encoded, because <see cref="Of"/> encodes whatever is not markup already.</summary>
internal readonly record struct Markup(string Html)
{
    public const string ContentType = "text/html; charset=utf-8";

    public static readonly Markup Empty = new("");

    /// <summary>HTML written as an interpolated string.</summary>
    public static Markup Of(Builder html) => new(html.ToString());

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(part => part.Html)));

    public static Markup When(bool condition, Markup markup) => condition ? markup : Empty;

    public override string ToString() => Html ?? "";

    /// <summary>Collects the pieces of an interpolated string, encoding every value that is not <see cref="Markup"/>.</summary>
    [InterpolatedStringHandler]
    public readonly struct Builder(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _html = new(literalLength + (formattedCount * 16));

        public void AppendLiteral(string literal) => _html.Append(literal);

        public void AppendFormatted(Markup markup) => _html.Append(markup.Html);

        public void AppendFormatted(string? text) => _html.Append(HtmlEncoder.Default.Encode(text ?? ""));

        public void AppendFormatted(int number) => _html.Append(number.ToString(CultureInfo.InvariantCulture));

        public override string ToString() => _html.ToString();
    }
}
