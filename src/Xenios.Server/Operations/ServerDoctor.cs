using System.Text.Json;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Hosting;
using Xenios.Server.Mail;
using Xenios.Server.Storage;

namespace Xenios.Server.Operations;

/// <summary>Looks at the server itself: its address, its mail, its folder, its database (ux part 5). Every finding is of something that was tried just now.</summary>
internal sealed class ServerDoctor(HostSettings settings, OutgoingHttp http, DataFolder data, OperatorFile access, Database database, ConnectionCredentials credentials)
{
    private const int LargestDiscovery = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Makes every check.</summary>
    /// <param name="ct">Ends it.</param>
    public async Task<IReadOnlyList<DoctorFinding>> LookAsync(CancellationToken ct)
    {
        var findings = await Task.WhenAll(AddressAsync(ct), MailAsync(ct), DatabaseAsync(ct));
        return [findings[0], findings[1], Data(), Disk(), findings[2], Alone(), Sandbox()];
    }

    private async Task<DoctorFinding> AddressAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var answer = await http.Own.GetAsync(new Uri(settings.Url, "/.well-known/openid-configuration"), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!answer.IsSuccessStatusCode)
            {
                return Wrong($"{settings.BaseUrl} answers {(int)answer.StatusCode}: something else is there, or before it");
            }

            await answer.Content.LoadIntoBufferAsync(LargestDiscovery, limit.Token);
            using var document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(limit.Token), default, limit.Token);
            var issuer = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("issuer", out var value) ? value.ToString() : null;
            return issuer == settings.BaseUrl ? DoctorRules.Ok("address", $"{settings.BaseUrl} answers and matches") : Wrong($"what answers at {settings.BaseUrl} is not this server");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException or IOException)
        {
            ct.ThrowIfCancellationRequested();
            return Wrong($"{settings.BaseUrl} {(exception is JsonException ? "is not this server" : exception is OperationCanceledException ? "does not answer in time" : "cannot be reached from here")}");
        }

        static DoctorFinding Wrong(string message) => DoctorRules.Found("address", FindingStatus.Error, "A-02", message);
    }

    private async Task<DoctorFinding> MailAsync(CancellationToken ct)
    {
        if (settings.Mail is not { } mail)
        {
            return DoctorRules.Found("mail", FindingStatus.Warning, "A-04", settings.IsLoopback ? "not set up: shown at /dev/mail" : "not set up: nobody gets a code");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        var problem = await Smtp.TryAsync(mail, limit.Token);
        return problem is null ? DoctorRules.Ok("mail", $"{mail} answers") : DoctorRules.Found("mail", FindingStatus.Error, "A-04", $"{mail}: {problem}");
    }

    private async Task<DoctorFinding> DatabaseAsync(CancellationToken ct)
    {
        var engine = database.IsPostgres ? "PostgreSQL" : "SQLite";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            var state = await SchemaUpgrader.ReadAsync(database, limit.Token);
            return state.Refusal is null
                ? DoctorRules.Ok("database", $"{engine}, schema {state.From}")
                : DoctorRules.Found("database", FindingStatus.Error, "A-06", $"{engine}, schema {state.From}; this program knows {state.To}");
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or OperationCanceledException or TimeoutException or InvalidOperationException)
        {
            ct.ThrowIfCancellationRequested();
            return DoctorRules.Found("database", FindingStatus.Error, "A-05", $"{engine} does not answer");
        }
    }

    private DoctorFinding Data() => data.Try() is { } problem ? DoctorRules.Found("data", FindingStatus.Error, "A-05", problem) : DoctorRules.Ok("data", $"{data.Path} can be written");

    private DoctorFinding Disk()
    {
        try
        {
            var drive = new DriveInfo(data.Path);
            return drive.TotalSize > 0 ? DoctorRules.Disk(drive.AvailableFreeSpace, drive.TotalSize) : DoctorRules.Ok("disk", "its size is not known");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return DoctorRules.Found("disk", FindingStatus.Warning, "A-05", exception.Message);
        }
    }

    private DoctorFinding Alone() => access.IsReplaced()
        ? DoctorRules.Found("server", FindingStatus.Error, "A-07", $"another server has written its {OperatorAccess.FileName} into {data.Path}")
        : DoctorRules.Ok("server", "no other server uses the data folder");

    private DoctorFinding Sandbox() => credentials.SandboxUrl is { } url
        ? settings.IsLoopback ? DoctorRules.Ok("sandbox", $"on at {url.GetLeftPart(UriPartial.Authority)}")
            : DoctorRules.Found("sandbox", FindingStatus.Warning, "A-12", $"on, while {settings.BaseUrl} is no address of this computer")
        : DoctorRules.Ok("sandbox", "off");
}
