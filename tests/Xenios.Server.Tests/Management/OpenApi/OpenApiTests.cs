using System.Text.Json;
using Xenios.Sdk;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Testing;

namespace Xenios.Server.Tests.Management.OpenApi;

/// <summary>The OpenAPI document says what the management API does, and all of it (contract §4).</summary>
public sealed class OpenApiTests(OpenApiHost fixture) : IClassFixture<OpenApiHost>
{
    private const string Update = "XENIOS_UPDATE_OPENAPI";

    // Local attributes and organizations have no path of their own; the resource file that is applied over the API sets them.
    private static readonly Dictionary<string, string> Nouns = new()
    {
        ["environment"] = "environments",
        ["applications"] = "applications",
        ["connections"] = "connections",
        ["users"] = "users",
    };

    public static TheoryData<string> Sections => [.. ResourceShape.Of(typeof(ResourceDocument)).Fields.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public async Task The_document_is_what_the_routes_say()
    {
        var made = await OpenApiGenerator.WriteAsync(fixture.Host);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(OpenApiHost.File, made);
        }

        Assert.True(
            made == await File.ReadAllTextAsync(OpenApiHost.File),
            $"docs/openapi.json is out of date. Write it anew, then build again, because the program holds it: {Update}=1 dotnet test tests/Xenios.Server.Tests --filter {nameof(The_document_is_what_the_routes_say)}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/e/two")]
    public async Task The_document_is_served_to_everybody(string prefix)
    {
        using var api = new ManagementClient(fixture.Host, "", prefix);
        var answer = await api.GetAsync("/openapi.json");
        Assert.Equal((200, "application/json"), (answer.Status, answer.Type));
        Assert.Equal(await File.ReadAllTextAsync(OpenApiHost.File), answer.Body);
        Assert.Equal("3.1", answer.Text("openapi")![..3]);
    }

    [Fact]
    public void Every_route_is_in_the_document_and_the_other_way_round()
    {
        Assert.All(fixture.Endpoints, endpoint => Assert.True(endpoint.Metadata.GetMetadata<Operation>() is not null, $"{endpoint.RoutePattern.RawText} lacks .Is(new(\"operationId\", \"Summary.\") …)"));
        var mapped = fixture.Endpoints.SelectMany(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}"));
        Assert.Equal(mapped.Order(StringComparer.Ordinal), OpenApiHost.Operations.Select(one => one.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_operation_has_a_name_of_its_own_a_sentence_and_its_answers()
    {
        var names = OpenApiHost.Operations.Select(one => one.Json.GetProperty("operationId").GetString()!).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches("^[a-z]+([A-Z][a-z]+)+$", name));
        Assert.All(OpenApiHost.Operations, one =>
        {
            Assert.EndsWith(".", one.Json.GetProperty("summary").GetString(), StringComparison.Ordinal);
            Assert.Contains(one.Json.GetProperty("responses").EnumerateObject(), answer => answer.Name[0] == '2');
            Assert.Single(one.Json.GetProperty("tags").EnumerateArray());
        });
    }

    [Fact]
    public async Task Every_operation_but_the_document_is_refused_without_a_token()
    {
        foreach (var operation in OpenApiHost.Operations.Where(one => !one.Path.EndsWith("/openapi.json", StringComparison.Ordinal)))
        {
            Assert.True(operation.Json.TryGetProperty("security", out _), operation.ToString());
            await RefusesAsync("", operation, 401, "unauthorized");
        }
    }

    [Fact]
    public async Task Every_operation_that_changes_something_is_refused_to_who_may_only_read()
    {
        var token = await fixture.ReaderAsync();
        var writes = OpenApiHost.Operations.Where(one => one.Method != "GET").ToList();
        Assert.True(writes.Count > 20, "there are many");
        await Expect.UnchangedAsync(fixture.Host, async () =>
        {
            foreach (var operation in writes)
            {
                Assert.Equal("manage:write", operation.Json.GetProperty("security")[0].GetProperty("bearer")[0].GetString());
                await RefusesAsync(token, operation, 403, "insufficient_scope");
            }
        });
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Every_field_of_the_resource_file_can_be_set_by_the_API_under_its_name(string section)
    {
        var record = Inner(ResourceShape.Of(typeof(ResourceDocument)).Fields[section].PropertyType);
        AssertFields(record, Body("POST", "/api/v1/resources/apply").GetProperty("properties").GetProperty(section));
        if (Nouns.TryGetValue(section, out var noun))
        {
            AssertFields(record, Body("POST", $"/api/v1/{noun}"));
            AssertFields(record, Body("PATCH", $"/api/v1/{noun}/{{id}}"));
        }
    }

    [Fact]
    public void A_closed_value_lists_the_names_that_travel()
    {
        foreach (var enumeration in typeof(ResourceDocument).Assembly.GetExportedTypes().Where(type => type.IsEnum))
        {
            var schema = OpenApiHost.Document.GetProperty("components").GetProperty("schemas").GetProperty(enumeration.Name);
            Assert.Equal(WireName.All(enumeration).Keys.Order(StringComparer.Ordinal), schema.GetProperty("enum").EnumerateArray().Select(value => value.GetString()).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_patch_may_leave_everything_out_and_take_what_is_not_required_away()
    {
        var patch = Body("PATCH", "/api/v1/applications/{id}");
        Assert.False(patch.TryGetProperty("required", out _));
        var fields = patch.GetProperty("properties");
        Assert.Equal(["null", "string"], fields.GetProperty("name").GetProperty("type").EnumerateArray().Select(type => type.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal("string", fields.GetProperty("client_id").GetProperty("type").GetString());
        Assert.Contains(fields.GetProperty("type").GetProperty("anyOf").EnumerateArray(), one => one.TryGetProperty("type", out var type) && type.GetString() == "null");
    }

    [Fact]
    public void Every_parameter_says_what_it_is() => Assert.All(
        OpenApiHost.Operations.Where(one => one.Json.TryGetProperty("parameters", out _)).SelectMany(one => one.Json.GetProperty("parameters").EnumerateArray().Select(parameter => (Of: one, Json: parameter))),
        parameter => Assert.True(
            parameter.Json.TryGetProperty("description", out var description) && description.GetString()!.EndsWith('.'), $"{parameter.Of}: {parameter.Json.GetProperty("name")}"));

    [Theory]
    [InlineData("/resources/plan")]
    [InlineData("/resources/apply")]
    [InlineData("/users/import")]
    public async Task Every_media_type_that_a_body_may_have_is_taken_and_no_other(string path)
    {
        using var api = new ManagementClient(fixture.Host);
        var content = OpenApiHost.Operations.Single(one => one.Method == "POST" && one.Path == $"/api/v1{path}").Json.GetProperty("requestBody").GetProperty("content");
        Assert.Equal(2, content.EnumerateObject().Count());
        foreach (var type in content.EnumerateObject())
        {
            Assert.Equal(200, (await api.SendAsync("POST", $"{path}?dry_run=true", "{ }", ("Content-Type", type.Name))).Status);
        }

        Assert.Equal(415, (await api.SendAsync("POST", $"{path}?dry_run=true", "{ }", ("Content-Type", "text/plain"))).Status);
    }

    [Fact]
    public void The_document_holds_no_secret() =>
        Assert.DoesNotMatch("[A-Za-z0-9_-]{40,}", File.ReadAllText(OpenApiHost.File));

    private static JsonElement Body(string method, string path) => OpenApiHost.Resolve(
        OpenApiHost.Operations.Single(one => one.Method == method && one.Path == path).Json.GetProperty("requestBody").GetProperty("content").EnumerateObject().First().Value.GetProperty("schema"));

    // The schema of a record's fields, wherever it stands: as an entry of a list or map, or beside null.
    private static void AssertFields(Type record, JsonElement schema)
    {
        var found = OpenApiHost.Resolve(schema);
        foreach (var (name, property) in ResourceShape.Of(record).Fields)
        {
            var within = found.TryGetProperty("items", out var items) ? OpenApiHost.Resolve(items)
                : found.TryGetProperty("additionalProperties", out var entry) ? OpenApiHost.Resolve(entry)
                : found;
            within = within.TryGetProperty("anyOf", out var either) ? OpenApiHost.Resolve(either[0]) : within;
            Assert.True(within.GetProperty("properties").TryGetProperty(name, out var field), $"{record.Name}.{name}");
            if (ResourceShape.IsRecord(Inner(property.PropertyType)))
            {
                AssertFields(Inner(property.PropertyType), field.TryGetProperty("anyOf", out var kinds) ? kinds[0] : field);
            }
        }
    }

    private static Type Inner(Type type) => Nullable.GetUnderlyingType(type) ?? (type.GenericTypeArguments is [.., var last] ? last : type);

    private async Task RefusesAsync(string token, DocumentedOperation operation, int status, string code)
    {
        using var api = new ManagementClient(fixture.Host, token);
        var path = operation.Path["/api/v1".Length..].Replace("{id}", "shop", StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
        var answer = await api.SendAsync(operation.Method, path, operation.Json.TryGetProperty("requestBody", out _) ? "{}" : null);
        Assert.Equal((operation.ToString(), status, "application/problem+json", code), (operation.ToString(), answer.Status, answer.Type, answer.Code));
        var problem = JsonSerializer.Deserialize(answer.Body, XeniosJson.Default.ProblemView)!;
        Assert.Equal((status, code), (problem.Status, problem.Code));
        Assert.True(operation.Json.GetProperty("responses").TryGetProperty(status.ToString(System.Globalization.CultureInfo.InvariantCulture), out _), $"{operation} does not say {status}");
    }
}
