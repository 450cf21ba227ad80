using Microsoft.Extensions.Configuration;
using Xenios.Host.Commands;
using Xenios.Server.Hosting;

namespace Xenios.Server.Tests.Operations;

/// <summary><c>xenios up</c>: what it says when it cannot start.</summary>
public sealed class UpCommandTests
{
    [Theory] // the remedy is about the address that is taken
    [InlineData("http://127.0.0.1:7400", "--url http://127.0.0.1:7500")]
    [InlineData("http://127.0.0.1:7401", "--sandbox-url http://127.0.0.1:7501")]
    [InlineData("http://127.0.0.1:9464", "--operations-listen http://127.0.0.1:9564")]
    [InlineData("http://127.0.0.1:8080", "--listen http://127.0.0.1:8180", "Listen", "http://127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:65500", "--listen http://127.0.0.1:65400", "Listen", "http://127.0.0.1:65500")]
    public void Taken_address_is_named_by_its_own_setting(string taken, string option, params string[] more)
    {
        var values = new Dictionary<string, string?> { ["Operations:Listen"] = "http://127.0.0.1:9464" };
        if (more is [var name, var value])
        {
            values[name] = value;
        }

        var settings = HostSettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), out var errors);
        Assert.Empty(errors);
        Assert.Equal(option, UpCommand.Another(settings!, $"Failed to bind to address {taken}: address already in use."));
    }
}
