using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Tests.Storage;

/// <summary>Sessions, grants and logout notices in a database, for one environment with one person.</summary>
public abstract class SessionRig(TestDatabase data) : IAsyncLifetime
{
    private protected TestDatabase Data => data;

    private protected const string Host = "https://id.test";

    private protected readonly string Environment = $"env-{Guid.NewGuid():N}";

    private protected static readonly SessionLimits Limits = new(TimeSpan.FromHours(24), TimeSpan.FromHours(8), Persistent: false);

    private protected SessionStore Store => new(Data.Database, Data.Clock);

    private protected SessionApplications Applications => new(Data.Database, Data.Clock);

    private protected SignOut SignOut => new(Data.Database, Applications, new RevokedGrants(Ephemeral), Data.Clock);

    private protected TokenFamilies Families => new(Data.Database, Data.Vault, Data.Clock);

    private protected EphemeralStore Ephemeral => new(Data.Database, Data.Vault, Data.Clock);

    public Task InitializeAsync() => Data.ExecuteAsync(
        $"""
        INSERT INTO environments (environment_id, slug, kind, display_name, is_default, version, created_at) VALUES ('{Environment}', '{Environment}', 'non_production', 'E', 0, 0, 0);
        INSERT INTO users (environment_id, user_id, status, email_verified, attributes, created_at, updated_at) VALUES ('{Environment}', 'usr_1', 'active', 0, '[]', 0, 0)
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    private protected Session NewSession(string user = "usr_1") => new()
    {
        Id = Secrets.NewId("ses", Data.Clock.GetUtcNow()),
        UserId = user,
        Host = Host,
        Connection = "x",
        AuthTime = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123),
    };

    private protected async Task<string> NewUserAsync()
    {
        var user = Secrets.NewId("usr", Data.Clock.GetUtcNow());
        await Data.ExecuteAsync($"INSERT INTO users (environment_id, user_id, status, email_verified, attributes, created_at, updated_at) VALUES ('{Environment}', '{user}', 'active', 0, '[]', 0, 0)");
        return user;
    }

    private protected async Task<string> OpenAsync(Session session, string? replaced = null) => (await OpenedAsync(session, replaced)).Cookie;

    private protected Task<(Session Opened, string Cookie)> OpenedAsync(Session session, string? replaced = null) =>
        Data.Database.WriteAsync(scope => Store.OpenAsync(Environment, Limits, session, replaced, scope), CancellationToken.None);

    private protected Task UseAsync(Session session) => Data.Database.WriteAsync(
        async scope =>
        {
            await Store.NoteUseAsync(Environment, Limits, session, scope);
            return true;
        },
        CancellationToken.None);

    private protected async Task<bool> NoteAsync(Session session, string client, WriteScope scope)
    {
        await SessionApplications.NoteAsync(Environment, session, client, scope);
        return true;
    }

    private protected async Task<IReadOnlyList<LogoutNotice>> TakeAsync()
    {
        var taken = new List<LogoutNotice>();
        foreach (var queue in (await Applications.DueAsync(CancellationToken.None)).Where(queue => queue.Environment == Environment))
        {
            taken.AddRange(await Applications.TakeAsync(queue, CancellationToken.None));
        }

        return taken;
    }

    private protected Task<string> GrantAsync(Session session, string scopes) => Data.Database.WriteAsync(
        scope => Families.BeginAsync(
            Environment,
            new TokenFamily
            {
                Id = Secrets.NewId("grt", Data.Clock.GetUtcNow()),
                ClientId = "shop",
                UserId = session.UserId,
                SessionId = session.Id,
                Issuer = Host,
                Scopes = scopes.Split(' '),
                Resources = [],
                AuthTime = session.AuthTime,
            },
            scope),
        CancellationToken.None);

    private protected async Task<bool> LivesAsync(string refreshToken) => await Families.FindLiveAsync(Environment, refreshToken, CancellationToken.None) is not null;

    private protected Task<Session?> FindAsync(string? cookie) => Store.FindAsync(Environment, Host, cookie, CancellationToken.None);
}
