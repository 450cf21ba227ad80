using System.Net;
using System.Text.RegularExpressions;

namespace Xenios.Testing;

/// <summary>A browser without script: cookies per host, forms, redirects by hand.</summary>
public sealed partial class Browser(XeniosHost host)
{
    private const int MostRedirects = 20;

    private readonly Dictionary<(string Host, string Name), string> _cookies = [];

    /// <summary>The address its requests come from; null for none that the server could know.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>The cookies of a host, as they would be sent.</summary>
    public IReadOnlyDictionary<string, string> CookiesOf(string name) =>
        _cookies.Where(cookie => cookie.Key.Host == name).ToDictionary(cookie => cookie.Key.Name, cookie => cookie.Value);

    /// <summary>Sets a cookie as script or another page could.</summary>
    public void SetCookie(string hostName, string name, string value) => _cookies[(hostName, name)] = value;

    /// <summary>Forgets all cookies.</summary>
    public void ClearCookies() => _cookies.Clear();

    /// <summary>Opens an address and follows redirects, until a page comes or the next one leads to an application.</summary>
    public Task<Page> GoAsync(string url) => SendAsync(HttpMethod.Get, new Uri(url, UriKind.Absolute), null, follow: true);

    /// <summary>Opens an address and stays with what it answers.</summary>
    public Task<Page> GetAsync(string url) => SendAsync(HttpMethod.Get, new Uri(url, UriKind.Absolute), null, follow: false);

    /// <summary>Posts a form by hand.</summary>
    public Task<Page> PostAsync(string url, IEnumerable<KeyValuePair<string, string>> fields, bool follow = true) =>
        SendAsync(HttpMethod.Post, new Uri(url, UriKind.Absolute), fields, follow);

    /// <summary>Presses a button of a page, with the form's hidden fields and what was typed.</summary>
    public Task<Page> SubmitAsync(Page page, Form form, params (string Name, string Value)[] typed)
    {
        var fields = form.Fields.Where(field => typed.All(entry => entry.Name != field.Key)).Concat(typed.Select(entry => new KeyValuePair<string, string>(entry.Name, entry.Value)));
        return SendAsync(form.Method, new Uri(page.Url, form.Action), fields, follow: true);
    }

    /// <summary>Presses the button that leaves for a connection.</summary>
    public Task<Page> LeaveAsync(Page page, string connection = "x") => SubmitAsync(page, page.Forms.First(form => form.Connection == connection));

    /// <summary>On the X sandbox's page, picks a person.</summary>
    public Task<Page> PickAsync(Page page, string person) => SubmitAsync(page, page.Forms.First(form => form.Buttons.Any(button => button.Value == person)), ("person", person));

    /// <summary>Presses the button whose form posts to a path with this ending.</summary>
    public Task<Page> PressAsync(Page page, string ending, params (string Name, string Value)[] typed) =>
        SubmitAsync(page, page.Forms.First(form => form.Action.EndsWith(ending, StringComparison.Ordinal)), typed);

    /// <summary>Sends a request made by hand, with this browser's cookies unless it names its own, and stays with what is answered.</summary>
    public async Task<Page> SendAsync(HttpRequestMessage request)
    {
        var url = request.RequestUri!;
        if (!request.Headers.Contains("Cookie") && CookiesOf(url.Host) is { Count: > 0 } cookies)
        {
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        using var client = new HttpMessageInvoker(host.HandlerFor(url.Host, Address));
        using var answer = await client.SendAsync(request, CancellationToken.None);
        Keep(url.Host, answer);
        var location = answer.Headers.Location is { } target ? new Uri(url, target) : null;
        var headers = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var setCookies = answer.Headers.TryGetValues("Set-Cookie", out var values) ? values.ToArray() : [];
        return new Page(url, answer.StatusCode, location, headers, await answer.Content.ReadAsStringAsync()) { SetCookies = setCookies };
    }

    private async Task<Page> SendAsync(HttpMethod method, Uri url, IEnumerable<KeyValuePair<string, string>>? fields, bool follow)
    {
        for (var hops = 0; hops < MostRedirects; hops++)
        {
            using var request = new HttpRequestMessage(method, url);
            if (fields is not null)
            {
                request.Content = new FormUrlEncodedContent(fields);
                request.Headers.Add("Origin", url.GetLeftPart(UriPartial.Authority));
            }

            var page = await SendAsync(request);
            var location = page.Location;
            if (!follow || location is null || location.Host is not ("id.test" or "x.test"))
            {
                return page;
            }

            (method, url, fields) = (HttpMethod.Get, location, null);
        }

        throw new InvalidOperationException($"More than {MostRedirects} redirects, the last to {url}.");
    }

    private void Keep(string hostName, HttpResponseMessage answer)
    {
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            var pair = cookie.Split(';')[0];
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = (pair[..equals], pair[(equals + 1)..]);
            if (value.Length == 0 || cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
            {
                _cookies.Remove((hostName, name));
            }
            else
            {
                _cookies[(hostName, name)] = value;
            }
        }
    }
}

/// <summary>What a browser got.</summary>
public sealed partial record Page(Uri Url, HttpStatusCode Status, Uri? Location, IReadOnlyDictionary<string, string> Headers, string Html)
{
    /// <summary>The <c>Set-Cookie</c> headers as they came.</summary>
    public IReadOnlyList<string> SetCookies { get; init; } = [];

    /// <summary>The state's id.</summary>
    public string? Id => Match(IdPattern());

    /// <summary>The stable error code.</summary>
    public string? Error => Match(ErrorPattern());

    /// <summary>The support code as shown.</summary>
    public string? SupportCode => Match(SupportPattern());

    /// <summary>The main heading.</summary>
    public string? Heading => Match(HeadingPattern());

    /// <summary>Forms in order.</summary>
    public IReadOnlyList<Form> Forms => [.. FormPattern().Matches(Html).Select(match => Form.Parse(match.Value))];

    /// <summary>A parameter of the query of <see cref="Location"/>.</summary>
    public string? LocationParameter(string name) =>
        Location is null ? null : System.Web.HttpUtility.ParseQueryString(Location.Query)[name];

    private string? Match(Regex pattern) => pattern.Match(Html) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("<main[^>]* data-page=\"([^\"]*)\"")]
    private static partial Regex IdPattern();

    [GeneratedRegex("<main[^>]* data-error=\"([^\"]*)\"")]
    private static partial Regex ErrorPattern();

    [GeneratedRegex("<code data-support-code[^>]*>([^<]*)</code>")]
    private static partial Regex SupportPattern();

    [GeneratedRegex("<h1[^>]*>([^<]*)</h1>")]
    private static partial Regex HeadingPattern();

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();
}

/// <summary>A form of a page.</summary>
public sealed partial record Form(HttpMethod Method, string Action, IReadOnlyList<KeyValuePair<string, string>> Fields, string? Connection, IReadOnlyList<(string Name, string Value)> Buttons)
{
    internal static Form Parse(string html)
    {
        var head = html[..(html.IndexOf('>', StringComparison.Ordinal) + 1)];
        var fields = InputPattern().Matches(html)
            .Select(input => new KeyValuePair<string, string>(Attribute(input.Value, "name") ?? "", Attribute(input.Value, "value") ?? ""))
            .Where(field => field.Key.Length > 0)
            .ToArray();
        var buttons = ButtonPattern().Matches(html).Select(button => (Attribute(button.Value, "name") ?? "", Attribute(button.Value, "value") ?? "")).ToArray();
        var connection = ButtonPattern().Matches(html).Select(button => Attribute(button.Value, "data-connection")).FirstOrDefault(slug => slug is not null);
        return new Form(
            string.Equals(Attribute(head, "method"), "post", StringComparison.OrdinalIgnoreCase) ? HttpMethod.Post : HttpMethod.Get,
            Attribute(head, "action") ?? "",
            fields,
            connection,
            buttons);
    }

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $"\\s{name}=\"([^\"]*)\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex InputPattern();

    [GeneratedRegex("<button[^>]*>")]
    private static partial Regex ButtonPattern();
}
