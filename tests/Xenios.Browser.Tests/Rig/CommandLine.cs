using System.Diagnostics;

namespace Xenios.Browser.Tests.Rig;

/// <summary>A running server, and commands of the program against it as the operator of its data folder types them.</summary>
public sealed class CommandLine : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("xenios-commands-").FullName;
    private RunningProgram _server = null!;

    /// <summary>The server's base URL.</summary>
    public string Url { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var ports = RunningProgram.FreePorts(2);
        Url = $"http://127.0.0.1:{ports[0]}";
        _server = RunningProgram.Start("src/Xenios.Host", "xenios", ["up", "--url", Url, "--sandbox:url", $"http://127.0.0.1:{ports[1]}", "--data", Path.Combine(_folder, "data")], []);
        await _server.AnswersAsync($"{Url}/health/ready");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Writes a file, to be named to a command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">What stands in it.</param>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">Command line.</param>
    public Task<(int Status, string Output, string Error)> RunAsync(params string[] arguments) => RunWithAsync("", arguments);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="arguments">Command line.</param>
    public async Task<(int Status, string Output, string Error)> RunWithAsync(string input, params string[] arguments)
    {
        var start = RunningProgram.How("src/Xenios.Host", "xenios", arguments, [("XENIOS__DATA", Path.Combine(_folder, "data"))]);
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command that must succeed, and gives what it printed.</summary>
    /// <param name="arguments">Command line.</param>
    public async Task<string> OutputAsync(params string[] arguments)
    {
        var (status, output, error) = await RunAsync(arguments);
        Assert.True(status == 0, $"{string.Join(' ', arguments)} ended with {status}: {error}");
        return output;
    }
}
