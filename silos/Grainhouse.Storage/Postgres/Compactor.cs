using Microsoft.Extensions.Logging;
using Npgsql;
using static Grainhouse.Storage.Postgres.Parameter;

namespace Grainhouse.Storage.Postgres;

/// <summary>Keeps the history to its window. Every silo has one; the database lets one at a time do a stretch.</summary>
/// <remarks>It looks only after something was committed, so an idle cluster compacts nothing.</remarks>
internal sealed partial class Compactor(PostgresCalls calls, ChangeFeed feed, LogReader reader, StorageOptions options, TimeProvider time, ILogger logger)
{
    private const long Stretch = 2_000;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private long looked;

    /// <summary>Compacts until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Period, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (feed.Position != looked)
                {
                    looked = feed.Position;
                    await CompactAsync(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The edge of the compactor's loop: what failed now is done by the next round, or by another silo.
            catch (Exception error)
#pragma warning restore CA1031
            {
                LogFailed(error);
            }
        }
    }

    /// <summary>Compacts everything that is due, unless another silo is at it.</summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        long? start = null;
        while (await StretchAsync(cancellationToken) is { } next && next != start)
        {
            start = next;
            reader.Compacted(next);
        }
    }

    private Task<long?> StretchAsync(CancellationToken cancellationToken) => calls.TryAsync<long?>(
        () => calls.Command(
            CompactFunction.CompactSql,
            Number(options.HistoryMinRevisions),
            Number((long)options.HistoryMinAge.TotalMilliseconds),
            Number(options.HistoryMaxBytes),
            Number(Stretch),
            Number(time.GetUtcNow().ToUnixTimeMilliseconds())),
        static async (reader, token) => await reader.ReadAsync(token) ? await reader.GetFieldValueAsync<long?>(0, token) : null,
        cancellationToken);
}
