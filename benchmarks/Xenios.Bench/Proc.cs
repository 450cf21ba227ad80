using System.Diagnostics;
using System.Globalization;

namespace Xenios.Bench;

/// <summary>A process pinned to one core, and what the kernel says of it.</summary>
internal sealed class Proc : IDisposable
{
    private static readonly double TicksPerSecond = 100;

    private readonly Process _process;
    private readonly List<string> _lines = [];

    private Proc(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a program on a core.</summary>
    /// <param name="core">Number of the core.</param>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="environment">Environment variables to set.</param>
    public static Proc Start(int core, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var info = new ProcessStartInfo("taskset", ["-c", core.ToString(CultureInfo.InvariantCulture), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        return new Proc(Process.Start(info)!);
    }

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Whether it ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>CPU time so far, user and system, of all its threads, ended ones included. The kernel counts in steps of 10 ms.</summary>
    public TimeSpan Cpu()
    {
        var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
    }

    /// <summary>A line of <c>/proc/…/status</c> in MiB: <c>RssAnon</c> (private) or <c>VmRSS</c> (resident).</summary>
    /// <param name="name">Name of the line.</param>
    public double Memory(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Waits until it ends by itself.</summary>
    public void Wait()
    {
        _process.WaitForExit();
        if (_process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{_process.StartInfo.ArgumentList[2]} ended with {_process.ExitCode}:\n{Output}");
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
