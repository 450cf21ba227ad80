using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Xenios.Browser.Tests.Rig;

/// <summary>One of the built programs as a process of its own. Whatever happens to the tests, it ends with them.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private const int KeptLines = 200;

    private static readonly ConcurrentDictionary<int, Process> Running = [];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly TaskCompletionSource _spoke = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A run that is broken off ends here and not in a fixture.
    static RunningProgram() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Running.Values)
        {
            process.Kill();
        }
    };

    private RunningProgram(Process process) => _process = process;

    /// <summary>What it has written, newest last.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Completes with its first line.</summary>
    public Task FirstLine => _spoke.Task;

    /// <summary>Starts a program of this repository, as it was built together with the tests.</summary>
    /// <param name="project">Folder of its project.</param>
    /// <param name="assembly">Name of its assembly.</param>
    /// <param name="arguments">Command line.</param>
    /// <param name="environment">Additions to the environment.</param>
    public static RunningProgram Start(string project, string assembly, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment)
    {
        var program = new RunningProgram(new Process { StartInfo = How(project, assembly, arguments, environment) });
        program._process.OutputDataReceived += (_, line) => program.Keep(line.Data);
        program._process.ErrorDataReceived += (_, line) => program.Keep(line.Data);
        program._process.Start();
        Running[program._process.Id] = program._process;
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>How a program is started.</summary>
    /// <inheritdoc cref="Start"/>
    public static ProcessStartInfo How(string project, string assembly, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(Built("Repository"), project, "bin", Built("Configuration"), "net10.0", assembly + ".dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Ports nobody listens on.</summary>
    /// <param name="count">How many.</param>
    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        Array.ForEach(listeners, listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        Array.ForEach(listeners, listener => listener.Stop());
        return ports;
    }

    /// <summary>Waits until an address answers 200.</summary>
    /// <param name="url">The address.</param>
    public async Task AnswersAsync(string url)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await LocalHttp.IsOkAsync(url, limit.Token))
        {
            if (_process.HasExited || limit.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{url} does not answer. The program wrote:\n{Output}");
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <summary>Waits until it ends by itself, at most a minute, and gives its exit status.</summary>
    public async Task<int> EndsAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return _process.ExitCode;
    }

    /// <summary>Ends it as a power cut would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        Running.TryRemove(_process.Id, out _);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static string Built(string name) =>
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == name).Value!;

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        _spoke.TrySetResult();
        if (_lines.Count > KeptLines)
        {
            _lines.TryDequeue(out _);
        }
    }
}
