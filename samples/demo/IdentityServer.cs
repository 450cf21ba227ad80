using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Xenios.Demo;

/// <summary>The identity server as seen from here: its discovery document, and requests that fail with one readable reason.</summary>
internal sealed class IdentityServer(Settings settings)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        // The client secret and the access token are for this server only, not for wherever it might point.
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectCallback = ConnectAsync,
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = 1 << 20,
    };

    /// <summary>Fetches the discovery document and the signing keys when needed, and keeps them.</summary>
    public ConfigurationManager<OpenIdConnectConfiguration> Discovery { get; } = new(
        settings.Authority + "/.well-known/openid-configuration",
        new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(Http) { RequireHttps = settings.Authority.StartsWith("https:", StringComparison.Ordinal) })
    {
        // The default, five minutes, would refuse everybody for that long when the server changes its key twice.
        RefreshInterval = TimeSpan.FromSeconds(1),
    };

    public async Task<OpenIdConnectConfiguration> DiscoverAsync(CancellationToken cancellation)
    {
        OpenIdConnectConfiguration configuration;
        try
        {
            configuration = await Discovery.GetConfigurationAsync(cancellation);
        }
        catch (InvalidOperationException error)
        {
            throw SignInFailed.NotReachable(settings.Authority, Reason(error));
        }

        // Without this check another server's document would bring that server's keys and endpoints (OpenID Connect Discovery §4.3).
        return string.Equals(configuration.Issuer, settings.Authority, StringComparison.Ordinal)
            ? configuration
            : throw SignInFailed.NotTrusted($"The server calls itself {configuration.Issuer}, the demo was told {settings.Authority}.");
    }

    /// <summary>Sends a request and reads the JSON object of the answer, whatever its status.</summary>
    public async Task<(int Status, JsonElement Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await Http.SendAsync(request, cancellation);
            var status = (int)response.StatusCode;
            if (response.Content.Headers.ContentType?.MediaType is not "application/json")
            {
                throw SignInFailed.Refused($"{request.RequestUri?.AbsolutePath} answered {status} without JSON.");
            }

            var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
            return body.ValueKind is JsonValueKind.Object ? (status, body) : throw new JsonException();
        }
        catch (JsonException)
        {
            throw SignInFailed.Refused($"{request.RequestUri?.AbsolutePath} answered something that is not a JSON object.");
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw SignInFailed.NotReachable(settings.Authority, Reason(error));
        }
    }

    // Names below .localhost are this computer (RFC 6761 §6.3). Browsers know that, many resolvers do not.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var target = context.DnsEndPoint;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(Settings.IsThisComputer(target.Host) ? "localhost" : target.Host, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Reason(Exception error)
    {
        while (error is not (OperationCanceledException or HttpRequestException) && error.InnerException is { } inner) error = inner;
        return error switch
        {
            OperationCanceledException => "No answer within 10 seconds.",
            HttpRequestException => error.Message,
            _ => "Its discovery document could not be read.",
        };
    }
}
