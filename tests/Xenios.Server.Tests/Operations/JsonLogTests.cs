using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xenios.Server.Operations;
using Xenios.Testing;

namespace Xenios.Server.Tests.Operations;

/// <summary><c>Log:Format=json</c>: one object a line, whatever a value holds (threats L05).</summary>
public sealed class JsonLogTests
{
    [Fact]
    public async Task Every_line_of_a_sign_in_is_one_object_with_time_level_event_message_and_fields()
    {
        await using var host = await XeniosHost.StartAsync();
        await new RelyingParty(host).SignInAndRedeemAsync(host.NewBrowser());
        Assert.NotEmpty(host.Log.JsonLines);
        foreach (var line in host.Log.JsonLines)
        {
            Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
            using var parsed = JsonDocument.Parse(line);
            Assert.All((string[])["time", "level", "category", "event_id", "message"], name => Assert.True(parsed.RootElement.TryGetProperty(name, out _), name));
            Assert.EndsWith("Z", parsed.RootElement.GetProperty("time").GetString(), StringComparison.Ordinal);
        }

        var entry = JsonDocument.Parse(Assert.Single(host.Log.JsonLines, line => line.Contains("\"event_id\":201", StringComparison.Ordinal))).RootElement;
        Assert.Equal(("Information", "Finished"), (entry.GetProperty("level").GetString(), entry.GetProperty("event").GetString()));
        Assert.Equal(("x", "shop"), (entry.GetProperty("fields").GetProperty("connection").GetString(), entry.GetProperty("fields").GetProperty("client_id").GetString()));
        Assert.Equal(10, entry.GetProperty("fields").GetProperty("support_code").GetString()!.Length);
    }

    [Fact]
    public void Line_breaks_quotes_and_control_characters_cannot_end_a_line_or_an_object()
    {
        var line = Write("a\r\nb\"}\u001b[31m\u2028", new InvalidOperationException("x\ny"));
        Assert.Equal(1, line.Count(c => c == '\n'));
        using var parsed = JsonDocument.Parse(line);
        Assert.Equal("a\r\nb\"}\u001b[31m\u2028", parsed.RootElement.GetProperty("fields").GetProperty("some_value").GetString());
        Assert.Contains("x\ny", parsed.RootElement.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Line_within_a_trace_names_it_and_one_outside_does_not()
    {
        Assert.DoesNotContain("trace_id", Write("a", null), StringComparison.Ordinal);
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var parsed = JsonDocument.Parse(Write("a", null));
        Assert.Equal((activity.TraceId.ToHexString(), activity.SpanId.ToHexString()), (parsed.RootElement.GetProperty("trace_id").GetString(), parsed.RootElement.GetProperty("span_id").GetString()));
    }

    private static string Write(string value, Exception? exception)
    {
        KeyValuePair<string, object?>[] state = [new("SomeValue", value), new("Count", 7), new("Flag", true), new("None", null), new("{OriginalFormat}", "said {SomeValue}")];
        var text = new StringWriter();
        new JsonLog(new FakeClock()).Write(new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(LogLevel.Warning, "Test", new EventId(7, "Said"), state, exception, (_, _) => $"said {value}"), null, text);
        Assert.Contains("\"time\":\"2026-11-21T12:00:00.000Z\"", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"count\":7,\"flag\":true,\"none\":null", text.ToString(), StringComparison.Ordinal);
        return text.ToString();
    }
}
