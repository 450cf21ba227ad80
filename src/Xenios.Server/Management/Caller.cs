using System.Reflection;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Server.Administrators;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Users;

namespace Xenios.Server.Management;

/// <summary>Who calls the management API, known before any endpoint of it runs (decisions 2 and 3).</summary>
/// <param name="Name">What the audit log says: <c>operator</c>, <c>administrator:</c> with the user id, or <c>application:</c> with the client id.</param>
/// <param name="EnvironmentId">The environment the call is about; ids of another are as unknown as ids of none.</param>
/// <param name="IsOperator">Whether it may reach every environment and what is no environment's: the token of <c>operator.json</c>, and an administrator in the console.</param>
/// <param name="MayWrite">Whether it may change something (<c>manage:write</c>); every caller may read.</param>
internal sealed record Caller(string Name, string EnvironmentId, bool IsOperator, bool MayWrite)
{
    /// <summary>The administrator in the console; null for every other caller.</summary>
    public Administrator? Administrator { get; init; }

    /// <summary>When that administrator signed in; null for every other caller.</summary>
    public DateTimeOffset? SignedInAt { get; init; }

    /// <summary>Whether nothing of what it asks for is to be kept: everything is checked and answered as usual, then the transaction is abandoned (<c>dry_run=true</c>, ux part 5).</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Scope of an access token that may read.</summary>
    public const string ReadScope = "manage:read";

    /// <summary>Scope of an access token that may read and change.</summary>
    public const string WriteScope = "manage:write";

    /// <summary>The server itself, where no one called: the resource file of its start.</summary>
    /// <param name="environment">Environment id.</param>
    public static Caller Server(string environment) => new("server", environment, IsOperator: true, MayWrite: true);

    /// <summary>Finds who calls.</summary>
    /// <param name="context">A request of the management API.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="access">The operator's token.</param>
    /// <param name="console">Who is in the console.</param>
    /// <param name="revoked">What was revoked.</param>
    /// <param name="now">The time.</param>
    /// <returns>The caller, or the answer that refuses it (RFC 6750 §3.1).</returns>
    public static async Task<Result<Caller, Problem>> FindAsync(
        HttpContext context, EnvironmentContext environment, OperatorFile access, ConsoleSessions console, RevokedGrants revoked, DateTimeOffset now)
    {
        var snapshot = environment.Snapshot;
        if (access.IsOperator(context.Request))
        {
            return new Caller("operator", snapshot.Id, IsOperator: true, MayWrite: true);
        }

        if (context.Request.Headers.Authorization.Count == 0 && ConsoleSessions.Claims(context.Request))
        {
            return (await console.FindAsync(context, context.RequestAborted)).TryGet(out var visit, out var refusal)
                ? new Caller(visit.Administrator.Target, snapshot.Id, IsOperator: true, MayWrite: true) { Administrator = visit.Administrator, SignedInAt = visit.Session.AuthTime }
                : refusal;
        }

        if (context.Request.Headers.Authorization is not [{ } header] || !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"xenios\"";
            return Problem.Unauthorized("A bearer token is needed: that of the operator, or an access token with manage:read or manage:write. A browser's session counts only from the console.");
        }

        if (TokenReader.Read(header[7..].Trim(), snapshot.Keys.Find, AccessToken.Type, environment.Issuer, now) is not { } token
            || !TokenReader.HasAudience(token, environment.Issuer)
            || TokenReader.Text(token, "client_id") is not { } clientId
            || TokenReader.Text(token, "jti") is not { } jti
            || !snapshot.Clients.TryGetValue(clientId, out var client)
            || TokenReader.Text(token, "sub") != $"client:{clientId}"
            || await revoked.IsRevokedAsync(snapshot.Id, jti, context.RequestAborted))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"xenios\", error=\"invalid_token\"";
            return Problem.Unauthorized("The access token is not valid here, has expired, or was revoked.");
        }

        // What was taken from the application is gone from its tokens at once.
        var scopes = Scopes.Split(TokenReader.Text(token, "scope")).Where(scope => client.AllowedScopes.Contains(scope, StringComparer.Ordinal)).ToArray();
        var mayWrite = scopes.Contains(WriteScope, StringComparer.Ordinal);
        var needed = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? ReadScope : WriteScope;
        if (!mayWrite && (needed == WriteScope || !scopes.Contains(ReadScope, StringComparer.Ordinal)))
        {
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"xenios\", error=\"insufficient_scope\", scope=\"{needed}\"";
            return new Problem(StatusCodes.Status403Forbidden, "insufficient_scope", $"The access token needs the scope {needed}.");
        }

        return new Caller($"application:{clientId}", snapshot.Id, IsOperator: false, mayWrite);
    }

    /// <summary>Gives endpoints their caller.</summary>
    /// <param name="context">The request.</param>
    /// <param name="parameter">The parameter to fill.</param>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult(context.Features.Get<Caller>());
}
