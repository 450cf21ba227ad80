using Xenios.Protocol;
using Xenios.Server.Environments;

namespace Xenios.Server.SignIn;

/// <summary>Where a person goes after signing out, as far as an application may say (RP-Initiated Logout §3): back only to an address that it registered.</summary>
internal sealed record SignOutReturn
{
    /// <summary>The application that asked; null when none did, or nobody knows which.</summary>
    public Client? Client { get; private init; }

    /// <summary>Its registered address; null for our own page.</summary>
    public string? Target { get; private init; }

    /// <summary>Comes back with the address, exactly as sent.</summary>
    public string? State { get; private init; }

    /// <summary>Languages the application wishes for our pages.</summary>
    public string? UiLocales { get; private init; }

    /// <summary>The address with its state.</summary>
    public string? Location => Target is null || State is null
        ? Target
        : $"{Target}{(Target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Parameters.Format([new("state", State)])}";

    /// <summary>The same as hidden fields of our form; they are checked again when they come back.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields =>
    [
        .. new KeyValuePair<string, string?>[]
        {
            new("client_id", Client?.ClientId), new("post_logout_redirect_uri", Target), new("state", Target is null ? null : State), new("ui_locales", UiLocales),
        }.Where(pair => pair.Value is not null).Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value!)),
    ];

    /// <summary>Reads it from parameters.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="clientId">The application; null when nobody knows which.</param>
    /// <param name="parameters">May name an address, a state and languages.</param>
    public static SignOutReturn Read(EnvironmentContext environment, string? clientId, Parameters parameters)
    {
        var client = clientId is null ? null : environment.Snapshot.Clients.GetValueOrDefault(clientId);
        var registered = parameters["post_logout_redirect_uri"] is { } uri
            && !parameters.IsRepeated("post_logout_redirect_uri")
            && client?.PostLogoutRedirectUris.Contains(uri, StringComparer.Ordinal) == true;
        return new()
        {
            Client = client,
            Target = registered ? parameters["post_logout_redirect_uri"] : null,
            State = parameters.IsRepeated("state") ? null : parameters["state"],
            UiLocales = parameters["ui_locales"],
        };
    }
}
