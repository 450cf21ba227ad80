using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Administrators;
using Xenios.Server.Applications;
using Xenios.Server.Audit;
using Xenios.Server.Connections;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Operations;
using Xenios.Server.Resources;
using Xenios.Server.Users;

namespace Xenios.Server.Management;

/// <summary>The management API, every noun in one table. Those of another environment than the default lie below <c>/e/{slug}</c>.</summary>
internal static class ManagementRoutes
{
    /// <summary>What every path of it begins with.</summary>
    public const string Prefix = "/api/v1";

    /// <summary>The parameter of every changing call: <c>true</c> answers as the call would, and keeps nothing.</summary>
    public const string DryRun = "dry_run";

    /// <summary>Adds the routes; no endpoint of them runs without a <see cref="Caller"/>. Each says beside its route what it is (<see cref="Operation"/>).</summary>
    /// <param name="app">Where to.</param>
    public static void Map(IEndpointRouteBuilder app)
    {
        OperationRoutes.MapDocument(app);
        var api = app.MapGroup(Prefix);
        ((IEndpointConventionBuilder)api).Finally(endpoint =>
        {
            var (handle, operation) = (endpoint.RequestDelegate!, endpoint.Metadata.OfType<Operation>().Single());
            endpoint.RequestDelegate = context => AdmitAsync(context, operation, handle);
        });
        MeApi.Map(api);
        AdministratorApi.Map(api);
        EnvironmentApi.Map(api);
        ApplicationApi.Map(api);
        ConnectionApi.Map(api);
        KeyApi.Map(api);
        AuditApi.Map(api);
        ResourceApi.Map(api);
        UserApi.Map(api);
        SignInApi.Map(api);
        DoctorApi.Map(api);
    }

    /// <summary>Whether a request is one of the management API, so that whatever goes wrong with it is answered as problem+json.</summary>
    /// <param name="context">The request.</param>
    public static bool Serves(HttpContext context) => context.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal);

    // The caller is found before anything else of the request is read.
    private static async Task AdmitAsync(HttpContext context, Operation operation, RequestDelegate handle)
    {
        if (context.Features.Get<EnvironmentContext>() is not { } environment)
        {
            await Problem.NotFound("environment").ExecuteAsync(context);
            return;
        }

        var services = context.RequestServices;
        var found = await Caller.FindAsync(
            context,
            environment,
            services.GetRequiredService<OperatorFile>(),
            services.GetRequiredService<ConsoleSessions>(),
            services.GetRequiredService<RevokedGrants>(),
            services.GetRequiredService<TimeProvider>().GetUtcNow());
        if (!found.TryGet(out var caller, out var problem))
        {
            await problem.ExecuteAsync(context);
            return;
        }

        // No id holds such a character, and PostgreSQL would not take it.
        if (context.Request.RouteValues.Values.OfType<string>().Any(value => value.Any(char.IsControl)))
        {
            await Problem.NotFound("thing").ExecuteAsync(context);
            return;
        }

        if (CheckQuery(context.Request, operation) is { } unfit)
        {
            await unfit.ExecuteAsync(context);
            return;
        }

        // What leaves nothing behind may be asked any number of times, and its answer is not the one that the key stands for.
        caller = caller with { IsDryRun = Changes(context.Request) && context.Request.Query[DryRun] == "true" };
        context.Features.Set(caller);
        await (HttpMethods.IsPost(context.Request.Method) && !caller.IsDryRun && context.Request.Headers.TryGetValue(Idempotency.Header, out var key)
            ? services.GetRequiredService<Idempotency>().RunAsync(context, caller, key.ToString(), handle)
            : handle(context));
    }

    private static bool Changes(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    // An unknown parameter of a change may be a dry run that was misspelt.
    private static Problem? CheckQuery(HttpRequest request, Operation operation)
    {
        if (!Changes(request))
        {
            return null;
        }

        string[] known = [.. operation.Query.Select(parameter => parameter.Name), .. operation.HasNoDryRun ? [] : new[] { DryRun }];
        if (request.Query.Keys.FirstOrDefault(name => name != DryRun && !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            return Problem.Malformed(new FieldError(FieldPath.Name(unknown), "A-10", known.Length == 0 ? "unknown parameter; there are none" : $"unknown parameter; known are {string.Join(", ", known)}"));
        }

        return !request.Query.TryGetValue(DryRun, out var given) ? null
            : given.Count != 1 || given[0] is not ("true" or "false") ? Problem.Malformed(new FieldError(DryRun, FieldCode.Malformed, "true or false, once"))
            : operation.HasNoDryRun && given == "true" ? Problem.Malformed(new FieldError(DryRun, FieldCode.NotAllowed, "this cannot be tried without being done"))
            : null;
    }
}
