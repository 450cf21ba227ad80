using Xenios.XSandbox.Apps;

namespace Xenios.XSandbox.Control;

/// <summary>What the control API lets a caller say about an app, and the rules of X's console for it (x-platform §4.2, §4.3).</summary>
internal static class AppInput
{
    public static readonly string[] Changeable =
    [
        "name", "callbacks", "oauth1a", "oauth2", "request_email", "terms_url", "privacy_url", "sign_in_with_x", "enrolled", "suspended", "credits",
        "v11_access",
    ];

    public static readonly string[] Creatable = ["type", .. Changeable];

    public static SandboxApp? Create(JsonInput input)
    {
        AppType? type = input.Text("type", "web") switch
        {
            "web" => AppType.Web,
            "native" => AppType.Native,
            "spa" => AppType.Spa,
            "bot" => AppType.Bot,
            _ => null,
        };
        if (type is null)
        {
            input.Reject("type", "\"type\" must be web, native, spa or bot.");
            return null;
        }

        var isPublic = type is AppType.Native or AppType.Spa;
        var app = Apply(input, new SandboxApp
        {
            Name = "App",
            Type = type.Value,
            ClientId = Credential.ClientId(isPublic),
            ClientSecret = isPublic ? null : Credential.ClientSecret(),
            ApiKey = Credential.ApiKey(),
            ApiKeySecret = Credential.ApiKeySecret(),
            AppId = Credential.AppId(),
        });
        return input.Problem is null ? app : null;
    }

    /// <summary>The app with the members of the input in place of its own. Look at <see cref="JsonInput.Problem"/> before using it.</summary>
    public static SandboxApp Apply(JsonInput input, SandboxApp app)
    {
        var changed = app with
        {
            Name = input.Text("name", app.Name)?.Trim() ?? "",
            Callbacks = input.Texts("callbacks", app.Callbacks),
            OAuth1A = input.Flag("oauth1a", app.OAuth1A),
            OAuth2 = input.Flag("oauth2", app.OAuth2),
            RequestEmail = input.Flag("request_email", app.RequestEmail),
            TermsUrl = input.Text("terms_url", app.TermsUrl),
            PrivacyUrl = input.Text("privacy_url", app.PrivacyUrl),
            SignInWithX = input.Flag("sign_in_with_x", app.SignInWithX),
            Enrolled = input.Flag("enrolled", app.Enrolled),
            Suspended = input.Flag("suspended", app.Suspended),
            Credits = input.Flag("credits", app.Credits),
            V11Access = input.Flag("v11_access", app.V11Access),
        };
        Check(input, changed);
        return changed;
    }

    private static bool IsWebAddress(string address) =>
        address.Length <= 500 && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    private static void Check(JsonInput input, SandboxApp app)
    {
        if (app.Name.Length is 0 or > 32)
        {
            input.Reject("name", "\"name\" must have 1 to 32 characters.");
        }

        if (app.Callbacks.Count > CallbackRules.Limit && !app.BuiltIn)
        {
            input.Reject("callbacks", $"X lets an app have at most {CallbackRules.Limit} callbacks.");
        }

        foreach (var callback in app.Callbacks)
        {
            if (CallbackRules.Problem(callback) is { } problem)
            {
                input.Reject("callbacks", $"\"{callback}\" {problem}.");
            }
        }

        foreach (var (member, address) in (ReadOnlySpan<(string, string?)>)[("terms_url", app.TermsUrl), ("privacy_url", app.PrivacyUrl)])
        {
            if (address is not null && !IsWebAddress(address))
            {
                input.Reject(member, $"\"{member}\" must be a web address.");
            }
        }

        if (app.RequestEmail && (app.TermsUrl is null || app.PrivacyUrl is null))
        {
            input.Reject("request_email", "X offers \"Request email from users\" only with both terms_url and privacy_url.");
        }
    }
}
