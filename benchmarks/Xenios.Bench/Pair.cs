using System.Globalization;
using System.Text;

namespace Xenios.Bench;

/// <summary>Two published programs beside one another on SQLite, measured in turns: what a change costs, where two runs would differ more by the machine than by the change.</summary>
internal sealed class Pair(Options options, string against)
{
    private const int Turns = 16;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1.5);

    /// <summary>Does it; a table in Markdown.</summary>
    public async Task<string> DoAsync()
    {
        await using var bed = await Testbed.StartAsync(2);
        using var one = bed.StartServer(options.Server, bed.Ports[0], "one");
        using var other = bed.StartServer(against, bed.Ports[1], "other");
        Proc[] servers = [one, other];
        Scenarios[] scenarios = [.. bed.Ports.Select(port => new Scenarios(port, bed.SandboxPort))];
        var text = new StringBuilder($"CPU ms per operation, medians of {Turns} turns of {Turn.TotalSeconds} s each; the ratio is the median of the turns, with its quartiles.\n\n| operation | against | this | this ÷ against | quartiles | per second |\n| --- | ---: | ---: | ---: | --- | --- |\n");
        foreach (var (operation, make) in Operations())
        {
            Run.Say($"{operation}, in turns");
            Func<bool>[][] users = [.. scenarios.Select(scenario => Enumerable.Range(0, options.Users).Select(i => make(scenario, i)).ToArray())];
            for (var i = 0; i < servers.Length; i++)
            {
                Load.Run(users[i], servers[i].Cpu, TimeSpan.FromSeconds(options.Seconds), TimeSpan.FromSeconds(1));
            }

            var turns = Enumerable.Range(0, Turns).Select(_ => servers.Select((server, i) => Load.Run(users[i], server.Cpu, TimeSpan.Zero, Turn)).ToArray()).ToList();
            var ratios = turns.Select(turn => turn[0].CpuMs / turn[1].CpuMs).Order().ToArray();
            text.AppendLine(CultureInfo.InvariantCulture, $"| {operation} | {Middle(turns.Select(turn => turn[1].CpuMs)):F3} | {Middle(turns.Select(turn => turn[0].CpuMs)):F3} | {Middle(ratios):F3} | {ratios[Turns / 4]:F3}–{ratios[Turns * 3 / 4]:F3} | {Middle(turns.Select(turn => turn[1].PerSecond)):F0} → {Middle(turns.Select(turn => turn[0].PerSecond)):F0} |");
        }

        return text.ToString();
    }

    private IEnumerable<(string Operation, Func<Scenarios, int, Func<bool>> Make)> Operations()
    {
        var turn = -1;
        (string Operation, Func<Scenarios, int, Func<bool>> Make)[] all =
        [
            ("f returning", (scenarios, _) => scenarios.Brokered(() => Testbed.Person((int)((uint)Interlocked.Increment(ref turn) % Testbed.People)))),
            ("a discovery", (scenarios, _) => scenarios.Get("/.well-known/openid-configuration")),
            ("b client_credentials", (scenarios, _) => scenarios.ClientCredentials()),
            ("c code flow", (scenarios, i) => scenarios.CodeFlow(Testbed.Person(i))),
            ("d refresh", (scenarios, i) => scenarios.Refresh(Testbed.Person(i))),
        ];
        var chosen = all.Where(operation => options.Only.Contains(operation.Operation[0])).ToList();
        return chosen.Count > 0 ? chosen : throw new InvalidOperationException("Nothing to do: in turns, a, b, c, d and f can be measured.");
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
