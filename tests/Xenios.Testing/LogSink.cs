using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xenios.Server.Operations;

namespace Xenios.Testing;

/// <summary>Keeps everything that was logged.</summary>
public sealed class LogSink : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly ConcurrentQueue<string> _json = [];

    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>The same as <c>Log:Format=json</c> writes it.</summary>
    public IReadOnlyList<string> JsonLines => [.. _json];

    public ILogger CreateLogger(string categoryName) => new Sink(categoryName, _lines, _json);

    public void Dispose()
    {
    }

    private sealed class Sink(string category, ConcurrentQueue<string> lines, ConcurrentQueue<string> json) : ILogger
    {
        private static readonly JsonLog Format = new(TimeProvider.System);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lines.Enqueue($"{logLevel} {category}[{eventId.Id}] {formatter(state, exception)} {exception}");
            var text = new StringWriter();
            Format.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), null, text);
            json.Enqueue(text.ToString());
        }
    }
}
