using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Xenios.Server.Hosting;

/// <summary>The operator's way in (decision 2): <c>operator.json</c> in the data folder, with the server's address and a random token, new at each start. Who can read it may command the server.</summary>
internal sealed class OperatorFile(DataFolder data, HostSettings settings) : IHostedService
{
    private readonly string _token = Secrets.New();

    /// <summary>Whether a request carries the operator's token.</summary>
    /// <param name="request">A request of the management API.</param>
    public bool IsOperator(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Secrets.Same(header[7..].Trim(), _token);

    /// <summary>Whether another server has put its own file in the place of this one's: two of them use the folder .</summary>
    public bool IsReplaced() => OperatorAccess.Read(data.Path) is { } there && !Secrets.Same(there.Token, _token);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        data.WriteOwned(OperatorAccess.FileName, JsonSerializer.Serialize(new OperatorAccess(settings.BaseUrl, _token), OperatorJson.Default.OperatorAccess));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        data.Delete(OperatorAccess.FileName);
        return Task.CompletedTask;
    }
}

/// <summary>What <c>operator.json</c> says.</summary>
/// <param name="Url">Base URL of the server.</param>
/// <param name="Token">Bearer token for its management API.</param>
public sealed record OperatorAccess(string Url, string Token)
{
    /// <summary>Name of the file in the data folder.</summary>
    public const string FileName = "operator.json";

    /// <summary>Reads the file of a data folder.</summary>
    /// <param name="data">The folder.</param>
    /// <returns>Null when there is none, or none that can be read: no server runs there, or it is another user's.</returns>
    public static OperatorAccess? Read(string data)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(data, FileName)), OperatorJson.Default.OperatorAccess);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Never the token.</summary>
    public override string ToString() => Url;
}

/// <summary>How the file is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OperatorAccess))]
internal sealed partial class OperatorJson : JsonSerializerContext;
