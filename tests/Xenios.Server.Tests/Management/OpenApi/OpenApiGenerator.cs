using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Xenios.Sdk;
using Xenios.Server.Management;
using Xenios.Testing;

namespace Xenios.Server.Tests.Management.OpenApi;

/// <summary>Makes the OpenAPI document of the routes that are mapped and of what stands beside them. The program serves the result, so that none of this runs in it.</summary>
internal static partial class OpenApiGenerator
{
    private const string Name = "v1";

    // What a part of a path names, by the noun before it.
    private static readonly Dictionary<string, string> Named = new(StringComparer.Ordinal)
    {
        ["administrators"] = "Id of the user who is the administrator.",
        ["applications"] = "client_id of the application.",
        ["connections"] = "Slug or connection_id of the connection.",
        ["credentials"] = "Which set: next or former.",
        ["environments"] = "Slug or id of the environment.",
        ["identities"] = "Id of the identity.",
        ["login-flows"] = "client_id of the application.",
        ["sessions"] = "Id of the session.",
        ["sign-ins"] = "Support code of the sign-in, in either case, with or without its dash.",
        ["test"] = "result_id of the test.",
        ["users"] = "Id of the user.",
    };

    private static readonly Dictionary<int, string> Problems = new()
    {
        [400] = "Malformed: the input cannot be read.",
        [401] = "No token, or one that is not good here.",
        [403] = "The token may not do this.",
        [404] = "There is no such thing in this environment.",
        [409] = "Something stands against it: a name that is taken, a call that is running.",
        [412] = "If-Match names another state: somebody changed it meanwhile.",
        [413] = "The body is too large.",
        [415] = "The body is of another media type.",
        [422] = "Rules refuse the input.",
        [503] = "The server is busy; try again.",
    };

    /// <summary>Adds what makes the document.</summary>
    /// <param name="services">Parts of a host under test.</param>
    public static void Add(IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<Operation>().Any();
        options.AddDocumentTransformer((document, context, _) =>
        {
            Describe(document, context);
            return Task.CompletedTask;
        });
    });

    /// <summary>The document as it is checked in.</summary>
    /// <param name="host">A host with <see cref="Add"/>.</param>
    public static async Task<string> WriteAsync(XeniosHost host)
    {
        var document = await host.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync();
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1) + "\n";
    }

    private static void Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Xenios management API",
            Version = Name,
            Description = "Environments, applications, connections, users, sign-ins, keys, audit events and the resource file. Conventions: docs/api.md.",
        };
        document.Servers =
        [
            new OpenApiServer { Url = "/", Description = "The default environment." },
            new OpenApiServer { Url = "/e/{environment}", Description = "Another environment.", Variables = new Dictionary<string, OpenApiServerVariable> { ["environment"] = new() { Default = "default", Description = "Its slug." } } },
        ];
        document.Components = new OpenApiComponents
        {
            SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "The operator's token, or an access token of an application of type machine with the scope manage:read or manage:write. In the console an administrator's session counts instead, with the header X-Xenios-Console: 1.",
                },
            },
            Responses = new Dictionary<string, IOpenApiResponse>(),
        };
        var schemas = new SdkSchemas(document, new SdkDocs());
        var paths = new OpenApiPaths();
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var group in context.DescriptionGroups.SelectMany(one => one.Items).Where(one => one.ActionDescriptor.EndpointMetadata.OfType<Operation>().Any())
            .GroupBy(one => "/" + one.RelativePath!.TrimEnd('/'), StringComparer.Ordinal).OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            var path = new OpenApiPathItem { Operations = [] };
            foreach (var description in group.OrderBy(one => one.HttpMethod, StringComparer.Ordinal))
            {
                var method = new HttpMethod(description.HttpMethod!);
                var operation = description.ActionDescriptor.EndpointMetadata.OfType<Operation>().Single();
                var entry = document.Paths[group.Key].Operations![method];
                tags.Add(Tag(group.Key));
                Describe(entry, operation, method, group.Key, document, schemas);
                path.Operations[method] = entry;
            }

            // What a patch changes is shown with its tag.
            foreach (var method in path.Operations.ContainsKey(HttpMethod.Patch) ? new[] { HttpMethod.Get, HttpMethod.Patch } : [])
            {
                var shown = (OpenApiResponse)path.Operations[method].Responses!["200"];
                shown.Headers = new Dictionary<string, IOpenApiHeader> { ["ETag"] = Header("What If-Match compares.") };
            }

            paths[group.Key] = path;
        }

        document.Paths = paths;
        document.Tags = tags.Select(tag => new OpenApiTag { Name = tag }).ToHashSet();
    }

    private static string Tag(string path) => path.Split('/')[3].Split('.')[0];

    private static void Describe(OpenApiOperation entry, Operation operation, HttpMethod method, string path, OpenApiDocument document, SdkSchemas schemas)
    {
        entry.OperationId = operation.Id;
        entry.Summary = operation.Summary;
        entry.Tags = new HashSet<OpenApiTagReference> { new(Tag(path), document) };
        entry.Parameters = [.. Parameters(operation, method, path, schemas)];
        entry.RequestBody = Body(operation, schemas);

        // What is made is named by its own path, where it has one.
        var hasPath = document.Paths.Keys.Any(other => other.StartsWith(path + "/{", StringComparison.Ordinal));
        entry.Responses = new OpenApiResponses { [Status(operation).ToString(CultureInfo.InvariantCulture)] = Answer(operation, hasPath, schemas) };
        if (operation.IsOpen)
        {
            return;
        }

        entry.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [method == HttpMethod.Get ? Caller.ReadScope : Caller.WriteScope] }];
        foreach (var status in Refusals(operation, method, path))
        {
            var name = $"Problem{status}";
            document.Components!.Responses!.TryAdd(name, new OpenApiResponse
            {
                Description = Problems[status],
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = schemas.Of(typeof(ProblemView)) } },
            });
            entry.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponseReference(name, document);
        }
    }

    private static IEnumerable<int> Refusals(Operation operation, HttpMethod method, string path)
    {
        var (hasBody, isPost) = (operation.Takes is not null || operation.Patches is not null, method == HttpMethod.Post);
        var statuses = new SortedSet<int>([401, 403, .. operation.Refuses]);
        statuses.UnionWith(hasBody ? [400, 413, 415, 422] : []);
        statuses.UnionWith(isPost ? [409, 422] : []);
        statuses.UnionWith(method != HttpMethod.Get ? [400] : []);
        statuses.UnionWith(operation.Pages > 0 || operation.Query.Count > 0 ? [400] : []);
        statuses.UnionWith(path.Contains('{', StringComparison.Ordinal) ? [404] : []);
        statuses.UnionWith(ComparesTag(operation) ? [412] : []);
        return statuses;
    }

    private static IEnumerable<IOpenApiParameter> Parameters(Operation operation, HttpMethod method, string path, SdkSchemas schemas)
    {
        foreach (Match name in PathParameter().Matches(path))
        {
            yield return new OpenApiParameter
            {
                Name = name.Groups[2].Value,
                In = ParameterLocation.Path,
                Required = true,
                Description = Named[name.Groups[1].Value],
                Schema = schemas.Of(typeof(string)),
            };
        }

        OpenApiParameter Query(string name, string meaning, IOpenApiSchema schema) => new() { Name = name, In = ParameterLocation.Query, Description = meaning, Schema = schema };
        if (operation.Searches is { } searched)
        {
            yield return Query("q", $"Looks in {searched}.", schemas.Of(typeof(string)));
        }

        foreach (var parameter in operation.Query)
        {
            yield return Query(parameter.Name, parameter.Meaning, schemas.Of(parameter.Type));
        }

        if (method != HttpMethod.Get && !operation.HasNoDryRun)
        {
            yield return Query(ManagementRoutes.DryRun, "Answers as the call would, and keeps nothing; what it would have made up (ids, secrets, links) is good for nothing.", schemas.Of(typeof(bool)));
        }

        if (operation.Pages > 0)
        {
            yield return Query(
                "limit", "Most entries.", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = operation.Pages.ToString(CultureInfo.InvariantCulture), Default = 50 });
            yield return Query("cursor", "Where the page begins: next_cursor of the page before.", schemas.Of(typeof(string)));
        }

        if (ComparesTag(operation))
        {
            yield return new OpenApiParameter { Name = "If-Match", In = ParameterLocation.Header, Description = "ETag of what is to be changed.", Schema = schemas.Of(typeof(string)) };
        }

        if (method == HttpMethod.Post)
        {
            yield return new OpenApiParameter
            {
                Name = Idempotency.Header,
                In = ParameterLocation.Header,
                Description = "The same key within 24 hours gets the same answer, and the work is done once.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
            };
        }
    }

    private static OpenApiRequestBody? Body(Operation operation, SdkSchemas schemas)
    {
        Dictionary<string, OpenApiMediaType> content = operation.Patches is { } patched ? new() { ["application/merge-patch+json"] = new() { Schema = schemas.PatchOf(patched, operation.Clears) } }
            : operation.Takes is { } taken ? operation.TakesAs.ToDictionary(type => type, type => new OpenApiMediaType { Schema = In(type, taken, schemas) }, StringComparer.Ordinal)
            : [];
        return content.Count == 0 ? null : new OpenApiRequestBody { Required = !operation.IsBodyOptional, Content = content };
    }

    private static OpenApiResponse Answer(Operation operation, bool hasPath, SdkSchemas schemas)
    {
        var answer = new OpenApiResponse { Description = Status(operation) switch { 201 => "Made.", 204 => "Done.", _ => "As asked." } };
        if (operation.Gives is { } given)
        {
            answer.Content = operation.GivesAs.ToDictionary(type => type, type => new OpenApiMediaType { Schema = In(type, given, schemas) }, StringComparer.Ordinal);
        }

        if (Status(operation) == 201)
        {
            answer.Headers = new Dictionary<string, IOpenApiHeader> { ["ETag"] = Header("What If-Match compares.") };
            if (hasPath)
            {
                answer.Headers["Location"] = Header("Its path.");
            }
        }

        return answer;
    }

    // What is no JSON is a text; its lines, or the whole, are of the record all the same.
    private static IOpenApiSchema In(string type, Type record, SdkSchemas schemas)
    {
        var schema = schemas.Of(record);
        return type == "application/json" ? schema
            : new OpenApiSchema { Type = JsonSchemaType.String, Description = $"{(type == "application/yaml" ? "The same as JSON" : "One JSON object a line")}: {record.Name}." };
    }

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static int Status(Operation operation) => operation.Gives is null ? 204 : operation.Status;

    private static bool ComparesTag(Operation operation) => operation.ComparesTag || operation.Patches is not null;

    // The noun before it, and its name.
    [GeneratedRegex(@"([\w-]+)/\{(\w+)\}")]
    private static partial Regex PathParameter();
}
