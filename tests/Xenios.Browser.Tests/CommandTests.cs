using System.Text.Json;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>Commands against a running server, as the operator types them (contract §2, decision 2).</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("xenios-commands-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Keys_rotate_publishes_the_next_keys_of_the_server_of_the_data_folder()
    {
        var ports = RunningProgram.FreePorts(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        await using var server = RunningProgram.Start("src/Xenios.Host", "xenios", ["up", "--url", url, "--sandbox:url", $"http://127.0.0.1:{ports[1]}", "--data", _data], []);
        await server.AnswersAsync($"{url}/health/ready");

        Assert.Equal(["active", "active"], await StatesAsync("keys", "list", "--json"));
        Assert.Equal(["active", "active", "next", "next"], await StatesAsync("keys", "rotate", "--json"));
        var (status, output) = await RunAsync([], "keys", "list");
        Assert.Equal(0, status);
        Assert.Equal(4, output.Split('\n').Length);

        // The same server by its address, with and without the slash at its end.
        Assert.Equal(0, (await RunAsync([], "keys", "list", "--server", url)).Status);
        Assert.Equal(0, (await RunAsync([], "keys", "list", "--server", url + "/")).Status);
    }

    [Fact]
    public async Task Setup_link_and_administrators_are_the_operators_to_give()
    {
        var ports = RunningProgram.FreePorts(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        await using var server = RunningProgram.Start("src/Xenios.Host", "xenios", ["up", "--url", url, "--sandbox:url", $"http://127.0.0.1:{ports[1]}", "--data", _data], []);
        await server.AnswersAsync($"{url}/health/ready");

        var (status, link) = await RunAsync([], "setup-link");
        Assert.Equal(0, status);
        Assert.Matches($"^{url}/setup\\?k=[A-Za-z0-9_-]{{43}}$", link);
        Assert.NotEqual(link, (await RunAsync([], "setup-link")).Output);
        Assert.Equal((0, ""), await RunAsync([], "admin", "list"));
        Assert.Equal(1, (await RunAsync([], "admin", "create", "ada@example.com")).Status);
        Assert.Equal(1, (await RunAsync([], "admin", "remove", "usr_0")).Status);
    }

    [Fact] // no secret in logs, and no audit event at every start
    public async Task Start_with_logs_as_json_says_where_the_setup_link_is_and_makes_none()
    {
        var ports = RunningProgram.FreePorts(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        await using var server = RunningProgram.Start(
            "src/Xenios.Host", "xenios", ["up", "--url", url, "--sandbox:url", $"http://127.0.0.1:{ports[1]}", "--data", _data, "--log:format", "json", "--dns:server", "127.0.0.1"], []);
        await server.AnswersAsync($"{url}/health/ready");
        Assert.DoesNotContain("setup_link.created", (await RunAsync([], "audit", "list")).Output, StringComparison.Ordinal);
        string[] events = [.. server.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).Select(line => line.GetProperty("message").GetString()!)];
        Assert.Single(events, message => message.Contains("run xenios setup-link", StringComparison.Ordinal));
        Assert.Single(events, "Dns:Server has no effect in this version");
        Assert.DoesNotContain(events, message => message.Contains("/setup?k=", StringComparison.Ordinal));
    }

    [Theory] // exit status: 1 refused · 2 wrong use · 3 not reachable; never a stack trace
    [InlineData(1, "keys", "rotate", "--token", "wrong")]
    [InlineData(1, "keys", "rotate", "--environment", "nowhere")]
    [InlineData(2, "keys", "rotate", "--bogus")]
    [InlineData(2, "keys", "turn")]
    [InlineData(3, "keys", "rotate", "--server", "http://127.0.0.1:1")]
    [InlineData(3, "keys", "rotate", "--server", "http://127.0.0.1:1", "--token", "x")]
    [InlineData(3, "keys", "rotate", "--data", "/nonexistent")]
    public async Task What_goes_wrong_is_one_line_and_an_exit_status(int status, params string[] arguments)
    {
        var ports = RunningProgram.FreePorts(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        await using var server = RunningProgram.Start("src/Xenios.Host", "xenios", ["up", "--url", url, "--sandbox:url", $"http://127.0.0.1:{ports[1]}", "--data", _data], []);
        await server.AnswersAsync($"{url}/health/ready");
        var (ended, output) = await RunAsync([("XENIOS__DATA", _data)], arguments);
        Assert.Equal(status, ended);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private async Task<IEnumerable<string?>> StatesAsync(params string[] arguments)
    {
        var (status, output) = await RunAsync([], arguments);
        Assert.Equal(0, status);
        return [.. JsonDocument.Parse(output).RootElement.GetProperty("items").EnumerateArray().Select(key => key.GetProperty("state").GetString())];
    }

    private async Task<(int Status, string Output)> RunAsync((string, string)[] environment, params string[] arguments)
    {
        await using var command = RunningProgram.Start("src/Xenios.Host", "xenios", environment.Length > 0 ? arguments : [.. arguments, "--data", _data], environment);
        return (await command.EndsAsync(), command.Output);
    }
}
