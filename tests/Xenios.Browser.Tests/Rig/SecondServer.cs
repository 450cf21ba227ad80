namespace Xenios.Browser.Tests.Rig;

/// <summary>A server beside that of the <see cref="Site"/>, with settings of its own and the site's X, which outlives it as the real one would.</summary>
public sealed class SecondServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xenios-second-");

    private SecondServer(Site site, string url)
    {
        Url = url;
        AuthorizeUrl = site.Rp.AuthorizeUrl("shop").Replace(site.Id, url, StringComparison.Ordinal);
    }

    /// <summary>Where it answers while it runs.</summary>
    public string Url { get; }

    /// <summary>The address of an authorization request of the tests' own application.</summary>
    public string AuthorizeUrl { get; }

    private string Resources => Path.Combine(_folder.FullName, "resources.yaml");

    /// <summary>Prepares one: its port, its data folder, its app at X.</summary>
    public static async Task<SecondServer> PrepareAsync(Site site)
    {
        var server = new SecondServer(site, $"http://id.localhost:{RunningProgram.FreePorts(1)[0]}");
        site.Known.Add(server.Url);
        var (clientId, clientSecret) = await site.X.AddAppAsync($"{server.Url}/login/callback");
        await File.WriteAllTextAsync(server.Resources, SiteResources.WithX(site.Rp.Url, site.X.Url, clientId, clientSecret));
        return server;
    }

    /// <summary>Starts it, on the data of the last time.</summary>
    /// <param name="settings">Further settings of the command line.</param>
    public async Task<RunningProgram> UpAsync(params string[] settings)
    {
        string[] arguments = ["up", "--url", Url, "--sandbox", "off", "--data", Path.Combine(_folder.FullName, "data"), "--resources", Resources, .. settings];
        var program = RunningProgram.Start("src/Xenios.Host", "xenios", arguments, []);
        await program.AnswersAsync($"{Url}/health/ready");
        return program;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
