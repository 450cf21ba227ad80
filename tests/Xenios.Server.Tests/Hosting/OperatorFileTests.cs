using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Hosting;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>The operator's way in: for the owner of the data folder only, and only while the server runs (decision 2).</summary>
public sealed class OperatorFileTests
{
    [Fact]
    public async Task File_is_its_owners_alone_new_at_each_start_and_gone_afterwards()
    {
        await using var host = await XeniosHost.StartAsync();
        var file = Path.Combine(host.Data, OperatorAccess.FileName);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        var first = OperatorAccess.Read(host.Data)!;
        Assert.Equal(XeniosHost.Url, first.Url);
        Assert.True(first.Token.Length >= 43, "256 bits");
        Assert.DoesNotContain(first.Token, first.ToString(), StringComparison.Ordinal);
        await host.RestartAsync();
        Assert.NotEqual(first.Token, OperatorAccess.Read(host.Data)!.Token);
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains(first.Token, StringComparison.Ordinal));
        await host.Services.GetRequiredService<OperatorFile>().StopAsync(CancellationToken.None);
        Assert.False(File.Exists(file));
        Assert.Null(OperatorAccess.Read(host.Data));
    }

    [Fact]
    public void A_damaged_file_is_no_way_in()
    {
        var folder = Directory.CreateTempSubdirectory("xenios-operator-");
        File.WriteAllText(Path.Combine(folder.FullName, OperatorAccess.FileName), "{");
        Assert.Null(OperatorAccess.Read(folder.FullName));
        folder.Delete(recursive: true);
    }
}
