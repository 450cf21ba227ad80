using System.Diagnostics;
using System.Text.Json;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>The noun verbs of the program against a running server (contract §2, ux part 5).</summary>
public sealed class NounCommandTests(CommandLine xenios) : IClassFixture<CommandLine>
{
    [Fact]
    public async Task An_application_is_added_listed_shown_changed_and_deleted()
    {
        var added = await xenios.OutputAsync("app", "add", "shop", "--redirect-uris", "https://shop.test/a", "https://shop.test/b", "--name", "Shop", "--access-token-lifetime", "900");
        Assert.Matches("client_secret +[A-Za-z0-9]{48}", added);
        Assert.Contains("shown this once", added, StringComparison.Ordinal);

        var list = (await xenios.OutputAsync("app", "list")).Split('\n');
        var (head, row) = (list[0], list.Single(line => line.StartsWith("shop ", StringComparison.Ordinal)));
        Assert.Equal(head.IndexOf("NAME", StringComparison.Ordinal), row.IndexOf("Shop", StringComparison.Ordinal));
        Assert.Contains("shop", (await xenios.OutputAsync("app", "list", "--quiet")).Split('\n'));

        var shown = JsonDocument.Parse(await xenios.OutputAsync("app", "show", "shop", "--json")).RootElement;
        Assert.Equal((900, true, 2), (shown.GetProperty("access_token_lifetime").GetInt32(), shown.GetProperty("has_client_secret").GetBoolean(), shown.GetProperty("redirect_uris").GetArrayLength()));
        Assert.False(shown.TryGetProperty("client_secret", out _));

        await xenios.OutputAsync("app", "set", "shop", "--name", "The shop", "--unset", "access_token_lifetime");
        var text = await xenios.OutputAsync("app", "show", "shop");
        Assert.Matches("(?m)^name +The shop$", text);
        Assert.DoesNotContain("access_token_lifetime", text, StringComparison.Ordinal);

        Assert.Matches("^[A-Za-z0-9]{48}\n$", await xenios.OutputAsync("app", "rotate-secret", "shop", "--overlap", "60", "--quiet"));
        await xenios.OutputAsync("app", "delete", "shop");
        var (status, _, error) = await xenios.RunAsync("app", "show", "shop");
        Assert.Equal(1, status);
        Assert.Equal("✗ There is no such application in this environment. (not_found)", error.Trim());
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_changes_nothing()
    {
        await xenios.OutputAsync("app", "add", "tried", "--redirect-uris", "https://tried.test/cb");
        var file = xenios.Write("tried.yaml", "applications: [{ client_id: from-trial, type: spa }]\n");
        var before = await xenios.OutputAsync("export", "--json");
        Assert.EndsWith("Would be: tried is deleted.\nDry run: nothing was changed.\n", await xenios.OutputAsync("app", "delete", "tried", "--dry-run"), StringComparison.Ordinal);
        Assert.Contains("Would be: tried-2 is added.", await xenios.OutputAsync("app", "add", "tried-2", "--type", "machine", "--dry-run"), StringComparison.Ordinal);
        Assert.DoesNotMatch("(?m)^client_secret ", await xenios.OutputAsync("app", "add", "tried-2", "--type", "machine", "--dry-run"));
        Assert.Equal("", await xenios.OutputAsync("app", "rotate-secret", "tried", "--dry-run", "--quiet"));
        Assert.Contains("+ application:from-trial", await xenios.OutputAsync("apply", file, "--dry-run"), StringComparison.Ordinal);
        Assert.DoesNotContain("/setup?", await xenios.OutputAsync("setup-link", "--dry-run"), StringComparison.Ordinal);
        Assert.Equal("tried-2", JsonDocument.Parse(await xenios.OutputAsync("app", "add", "tried-2", "--dry-run", "--json")).RootElement.GetProperty("client_id").GetString());
        var (status, _, error) = await xenios.RunAsync("app", "add", "tried", "--dry-run");
        Assert.Equal(1, status);
        Assert.Contains("already_exists", error, StringComparison.Ordinal);
        Assert.Equal(2, (await xenios.RunAsync("connection", "test", "x", "--dry-run")).Status);
        Assert.Equal(before, await xenios.OutputAsync("export", "--json"));
    }

    [Fact]
    public async Task A_connection_is_added_offered_and_taken_away_and_its_secret_is_never_shown()
    {
        var (status, output, error) = await xenios.RunWithAsync("a-given-secret\n", "connection", "add", "own", "--client-id", "id", "--client-secret-stdin", "--policy.jit", "on");
        Assert.Equal((0, ""), (status, error));
        Assert.Contains("credentials of its own", output, StringComparison.Ordinal);
        var rotated = await xenios.RunWithAsync("another-secret\n", "connection", "rotate-secret", "own", "--json");
        var shown = await xenios.OutputAsync("connection", "show", "own");
        Assert.All([output, rotated.Output, shown], text => Assert.DoesNotContain("-secret\n", text.Replace("\r", "", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Matches("(?m)^has_client_secret +true$", shown);
        Assert.Matches("(?m)^policy.jit +on$", shown);
        Assert.Equal(2, (await xenios.RunAsync("connection", "rotate-secret", "own")).Status);

        Assert.Equal($"{xenios.Url}/login/callback\n", await xenios.OutputAsync("connection", "callbacks", "own", "--quiet"));
        await xenios.OutputAsync("connection", "add", "sand");
        await xenios.OutputAsync("app", "add", "offers", "--type", "spa", "--connections", "sand");
        await xenios.OutputAsync("app", "connect", "offers", "own");
        Assert.Contains("sand, own", await xenios.OutputAsync("app", "list", "--q", "offers"), StringComparison.Ordinal);
        await xenios.OutputAsync("app", "disconnect", "offers", "sand");
        Assert.Equal(1, (await xenios.RunAsync("app", "disconnect", "offers", "own")).Status);
        await xenios.OutputAsync("connection", "set", "sand", "--enabled", "false", "--upstream-params", """{"force_login":{"value":"true"}}""");
        Assert.Matches("(?m)^sand +x .* no$", await xenios.OutputAsync("connection", "list"));
        await xenios.OutputAsync("connection", "delete", "sand", "--force");
    }

    [Fact]
    public async Task A_refusal_is_one_line_per_field_with_its_name()
    {
        var (status, output, error) = await xenios.RunAsync("app", "add", "a b", "--access-token-lifetime", "1");
        Assert.Equal((1, ""), (status, output));
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("✗ 2 fields are refused.", lines[0], StringComparison.Ordinal);
        Assert.Equal(["access_token_lifetime", "client_id"], lines[1..].Select(line => line.Trim().Split(':')[0]).Order(StringComparer.Ordinal));
    }

    [Theory] // exit status 2, and nothing sent
    [InlineData("app", "add")]
    [InlineData("app", "add", "new", "--access-token-lifetime", "soon")]
    [InlineData("app", "add", "new", "--type", "bogus")]
    [InlineData("app", "add", "new", "--jwks.keys", "{")]
    [InlineData("app", "add", "new", "--login-flow.steps", """[{"opt":[]}]""")]
    [InlineData("app", "add", "new", "--client-secret", "seen-by-all")]
    [InlineData("completion", "csh")]
    public async Task Wrong_use_is_said_without_a_stack_trace(params string[] arguments)
    {
        var (status, output, error) = await xenios.RunAsync(arguments);
        Assert.Equal(2, status);
        Assert.NotEqual("", error);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
        Assert.Equal(1, (await xenios.RunAsync("app", "show", "new", "--quiet")).Status);
    }

    [Fact]
    public async Task A_user_is_added_connected_blocked_imported_exported_and_deleted()
    {
        var added = await xenios.RunWithAsync("correct horse battery\n", "user", "add", "kim", "--email", "kim@example.com", "--password-stdin", "--quiet");
        Assert.Matches("^usr_[a-z0-9]+\n$", added.Output);
        await xenios.OutputAsync("user", "set", "kim", "--email-verified", "true", "--attributes", """{"nickname":"K"}""");
        Assert.Contains("kim@example.com (confirmed)", await xenios.OutputAsync("user", "show", "KIM@example.com"), StringComparison.Ordinal);
        await xenios.OutputAsync("connection", "add", "for-users");
        await xenios.OutputAsync("user", "link", "kim", "--connection", "for-users", "--subject", "2244994945", "--handle", "kim_x");
        Assert.Contains("kim_x", await xenios.OutputAsync("user", "unlink", "kim"), StringComparison.Ordinal);
        await xenios.OutputAsync("user", "unlink", "kim", "for-users");
        await xenios.OutputAsync("user", "block", "kim");
        Assert.Contains("kim", await xenios.OutputAsync("user", "list", "--status", "blocked"), StringComparison.Ordinal);
        await xenios.OutputAsync("user", "unblock", "kim");

        var file = xenios.Write("people.jsonl", "{\"username\":\"lee\"}\n{\"username\":\"not one\"}\n");
        var (status, output, error) = await xenios.RunAsync("user", "import", file);
        Assert.Equal((1, "1 created, 0 updated, 0 unchanged, 1 refused of 2 lines\n"), (status, output));
        Assert.Contains("line 2, username", error, StringComparison.Ordinal);
        Assert.Contains("\"username\":\"lee\"", await xenios.OutputAsync("user", "export"), StringComparison.Ordinal);
        await xenios.OutputAsync("user", "delete", "kim");
        Assert.Equal(1, (await xenios.RunAsync("user", "show", "kim")).Status);
    }

    [Theory] // nothing is not "no secret"
    [InlineData("")]
    [InlineData("\n")]
    public async Task A_secret_that_does_not_stand_in_standard_input_takes_nothing_away(string input)
    {
        var name = $"pat{input.Length}";
        Assert.Equal(0, (await xenios.RunWithAsync("correct horse battery\n", "user", "add", name, "--password-stdin")).Status);
        Assert.Equal(0, (await xenios.RunWithAsync("a-given-secret\n", "connection", "add", name, "--client-id", "id", "--client-secret-stdin")).Status);
        foreach (var (field, arguments) in ((string, string[])[])
        [
            ("password", ["user", "set", name, "--password-stdin"]),
            ("client_secret", ["connection", "set", name, "--client-secret-stdin"]),
            ("client_secret", ["connection", "rotate-secret", name]),
            ("password", ["admin", "create", "nobody@example.com", "--password-stdin"]),
        ])
        {
            var (status, output, error) = await xenios.RunWithAsync(input, arguments);
            Assert.Equal((2, ""), (status, output));
            Assert.StartsWith($"✗ {field} is read from standard input", error, StringComparison.Ordinal);
        }

        Assert.True(JsonDocument.Parse(await xenios.OutputAsync("user", "show", name, "--json")).RootElement.GetProperty("has_password").GetBoolean());
        Assert.True(JsonDocument.Parse(await xenios.OutputAsync("connection", "show", name, "--json")).RootElement.GetProperty("has_client_secret").GetBoolean());
        Assert.Equal("", await xenios.OutputAsync("admin", "list"));
    }

    [Fact]
    public async Task A_resource_file_is_planned_applied_and_exported()
    {
        var file = xenios.Write("more.yaml", "applications: [{ client_id: from-file, type: spa, name: From a file }]\n");
        Assert.Contains("+ application:from-file", await xenios.OutputAsync("plan", file), StringComparison.Ordinal);
        Assert.Equal(1, (await xenios.RunAsync("app", "show", "from-file")).Status);
        Assert.Contains("1 created, 0 changed.", await xenios.OutputAsync("apply", file), StringComparison.Ordinal);
        Assert.Contains("client_id: from-file", await xenios.OutputAsync("export"), StringComparison.Ordinal);
        Assert.Contains(
            JsonDocument.Parse(await xenios.OutputAsync("export", "--json")).RootElement.GetProperty("applications").EnumerateArray(), one => one.GetProperty("client_id").GetString() == "from-file");
        Assert.Contains("Nothing to change", await xenios.OutputAsync("apply", file), StringComparison.Ordinal);

        var wrong = xenios.Write("wrong.yaml", "applications:\n  - client_id: from-file\n    type: spa\n    access_token_lifetime: 1\n");
        var (status, _, error) = await xenios.RunAsync("apply", wrong);
        Assert.Equal(1, status);
        Assert.Contains("wrong.yaml:4", error, StringComparison.Ordinal);
        Assert.Equal(2, (await xenios.RunAsync("apply", "/nonexistent.yaml")).Status);
    }

    [Fact]
    public async Task An_environment_of_its_own_is_reached_by_its_slug_and_what_was_done_is_in_the_audit_log()
    {
        await xenios.OutputAsync("env", "add", "acme", "--display-name", "Acme");
        await xenios.OutputAsync("env", "set", "acme", "--sessions.idle-lifetime", "3600");
        Assert.Matches("(?m)^sessions.idle_lifetime +3600$", await xenios.OutputAsync("env", "show", "acme"));
        Assert.Contains($"{xenios.Url}/e/acme", await xenios.OutputAsync("env", "list"), StringComparison.Ordinal);
        await xenios.OutputAsync("app", "add", "theirs", "--type", "machine", "--environment", "acme", "--quiet");
        Assert.Equal(1, (await xenios.RunAsync("app", "show", "theirs")).Status);
        Assert.Contains("application.created", await xenios.OutputAsync("audit", "list", "--target", "application:theirs", "--environment", "acme"), StringComparison.Ordinal);
        Assert.Contains("\"target\":\"application:theirs\"", await xenios.OutputAsync("audit", "export", "--environment", "acme"), StringComparison.Ordinal);
        Assert.StartsWith("✓", await xenios.OutputAsync("audit", "check", "--environment", "acme"), StringComparison.Ordinal);
        Assert.Equal(1, (await xenios.RunAsync("sign-in", "show", "K7PX4-9QM2T")).Status);
    }

    [Fact]
    public async Task A_shell_completes_commands_options_and_values()
    {
        Assert.Contains("connection", await SuggestAsync("xenios conn"));
        Assert.Contains("rotate-secret", await SuggestAsync("xenios app r"));
        Assert.Contains("--redirect-uris", await SuggestAsync("xenios app add shop --red"));
        Assert.Contains("machine", await SuggestAsync("xenios app add shop --type "));
        await Assert.AllAsync(["zsh", "fish"], async shell => Assert.Contains("[suggest:", await xenios.OutputAsync("completion", shell), StringComparison.Ordinal));

        // The script in a real shell: what Tab would offer after "xenios app sh".
        var program = RunningProgram.How("src/Xenios.Host", "xenios", [], []).ArgumentList[0];
        var script = xenios.Write("completion.bash", $"xenios() {{ dotnet {program} \"$@\"; }}\n{await xenios.OutputAsync("completion", "bash")}\nCOMP_WORDS=(xenios app sh); COMP_CWORD=2; COMP_LINE='xenios app sh'; COMP_POINT=13; _xenios; printf '%s\\n' \"${{COMPREPLY[@]}}\"\n");
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", script]) { RedirectStandardOutput = true })!;
        Assert.Equal("show", (await bash.StandardOutput.ReadToEndAsync()).Trim());
    }

    [Fact] // with the shells that there are
    public async Task Zsh_and_fish_complete_at_the_first_Tab()
    {
        var program = RunningProgram.How("src/Xenios.Host", "xenios", [], []).ArgumentList[0];
        if (File.Exists("/usr/bin/zsh"))
        {
            // As compinit loads it, in a terminal of its own.
            var folder = Path.GetDirectoryName(xenios.Write("_xenios", await xenios.OutputAsync("completion", "zsh")));
            var typed = xenios.Write("tab.zsh", $$"""
                zmodload zsh/zpty
                zpty shell zsh -f -i
                zpty -w shell 'xenios() { dotnet {{program}} "$@" }; fpath=({{folder}} $fpath); autoload -Uz compinit; compinit -u -D; print REA""DY'
                zpty -r shell out '*READY*'
                zpty -w -n shell $'xenios app sh\t'
                zpty -r shell out '*xenios app show*'
                print completed

                """);
            Assert.Equal("completed", await OutputOfAsync("zsh", "-f", typed));
        }

        if (File.Exists("/usr/bin/fish"))
        {
            var script = xenios.Write("completion.fish", await xenios.OutputAsync("completion", "fish"));
            var typed = xenios.Write("tab.fish", $"function xenios; dotnet {program} $argv; end\nsource {script}\ncomplete -C 'xenios app sh'\n");
            Assert.Equal("show", await OutputOfAsync("fish", "--no-config", typed));
        }
    }

    private static async Task<string> OutputOfAsync(string shell, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(shell, arguments) { RedirectStandardOutput = true })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            return (await process.StandardOutput.ReadToEndAsync(limit.Token)).Trim();
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private async Task<string[]> SuggestAsync(string typed) => (await xenios.RunAsync($"[suggest:{typed.Length}]", typed)).Output.Split('\n');
}
