using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xenios.Sdk;

namespace Xenios.Server.Resources;

/// <summary>Says at the start which settings of a resource file this version stores but does not act upon yet. Nothing is ignored in silence.</summary>
internal static partial class EffectNotes
{
    private const string Category = "Xenios.Resources";

    /// <summary>Settings of a document without effect, by their paths.</summary>
    /// <param name="document">A checked document.</param>
    public static IEnumerable<string> Of(ResourceDocument document)
    {
        foreach (var (i, application) in (document.Applications ?? []).Index())
        {
            foreach (var name in Of(application))
            {
                yield return $"applications[{i}].{name}";
            }
        }

        foreach (var (i, connection) in (document.Connections ?? []).Index())
        {
            foreach (var name in Of(connection))
            {
                yield return $"connections[{i}].{name}";
            }
        }

        if (document.Organizations is { Count: > 0 })
        {
            yield return "organizations";
        }

        if (document.Users?.Any(user => user.PasswordHash is not null) == true)
        {
            yield return "users[].password_hash (unless it is of this server's own scheme, ASP.NET Core Identity's)";
        }
    }

    /// <summary>Writes them to the log.</summary>
    /// <param name="services">For the logger.</param>
    /// <param name="document">A document, or null.</param>
    public static void Write(IServiceProvider services, ResourceDocument? document)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(Category);
        foreach (var note in document is null ? [] : Of(document))
        {
            Log.NoEffect(logger, note);
        }

        foreach (var warning in document is null ? [] : ResourceRules.Warnings(document))
        {
            Log.Doubtful(logger, warning.Path, warning.Message);
        }
    }

    private static IEnumerable<string> Of(ApplicationResource application)
    {
        foreach (var grant in (application.GrantTypes ?? []).Where(grant => grant is GrantType.DeviceCode or GrantType.TokenExchange))
        {
            yield return $"grant_types: {WireName.Of(grant)}";
        }

        if (application.LoginFlow is { Steps: { } steps } && (steps.Count > 1 || steps.Any(step => step.Options?.Any(option => option.Method == SignInMethod.Passkey) == true)))
        {
            yield return "login_flow (only connections, password and email_code of its first step)";
        }
    }

    private static IEnumerable<string> Of(ConnectionResource connection)
    {
        if (connection.Kind is ConnectionKind.Oidc or ConnectionKind.OAuth2)
        {
            yield return "kind (only x)";
        }

        if (connection.StoreTokens == true)
        {
            yield return "store_tokens";
        }

        if (connection.CallbackHost is not null and not "current" and not "")
        {
            yield return "callback_host";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 130, Level = LogLevel.Warning, Message = "Stored, but without effect in this version: {Setting}")]
        public static partial void NoEffect(ILogger logger, string setting);

        [LoggerMessage(EventId = 131, Level = LogLevel.Warning, Message = "{Setting}: {Warning}")]
        public static partial void Doubtful(ILogger logger, string setting, string warning);
    }
}
