using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Gateway.Tests;

/// <summary>One line of a log.</summary>
internal sealed record LogEntry(LogLevel Level, EventId Event, string Message, Exception? Error);

/// <summary>Keeps what the product logs, for tests to wait for.</summary>
internal sealed class RecordingLog : ILoggerProvider
{
    private readonly Channel<LogEntry> entries = Channel.CreateUnbounded<LogEntry>();

    /// <summary>The next entry that fulfils a condition; those before it are dropped.</summary>
    public async Task<LogEntry> NextAsync(Func<LogEntry, bool> condition)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await entries.Reader.ReadAsync(bound.Token) is var entry && condition(entry))
            {
                return entry;
            }
        }
    }

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Grainhouse", StringComparison.Ordinal) ? new Recorder(entries.Writer) : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void Dispose() => entries.Writer.TryComplete();

    private sealed class Recorder(ChannelWriter<LogEntry> output) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            output.TryWrite(new LogEntry(logLevel, eventId, formatter(state, exception), exception));
    }
}
