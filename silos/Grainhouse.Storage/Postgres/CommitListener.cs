using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Grainhouse.Storage.Postgres;

/// <summary>Hears of other silos' commits the moment they are made (LISTEN), and has them read.</summary>
internal sealed partial class CommitListener(PostgresDatabase database, StoreUse use, LogReader reader, ChangeFeed feed, Guid writer, TimeProvider time, ILogger logger)
{
    // How long a silent connection is trusted: no more may be lost meanwhile than a moment, because the reader polls.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly string name = writer.ToString();
    private readonly Backoff backoff = new(time);

    /// <summary>Listens until cancelled, over as many connections as it takes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The edge of the listener's loop: without it one fault would turn every notification off for good.
            catch (Exception lost)
#pragma warning restore CA1031
            {
                LogLost(lost);
                await backoff.DelayAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await use.ShareAsync(connection);
        connection.Notification += (_, notification) => Hear(notification.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {CommitFunction.Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        // What was committed between two connections was told to neither.
        reader.Wake();
        backoff.Reset();
        while (true)
        {
            if (!await connection.WaitAsync(Silence, cancellationToken))
            {
                await using var probe = new NpgsqlCommand("SELECT 1", connection);
                await probe.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    private void Hear(string payload)
    {
        // The silo's own commits reach the feed by themselves.
        var isNews = payload.Split(' ') is [var from, _, var last] && from != name && long.Parse(last, CultureInfo.InvariantCulture) > feed.Position;
        if (isNews)
        {
            reader.Wake();
        }
    }
}
