using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Grains.Members;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning;
using Grainhouse.Planning.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Events;

/// <summary>Writes what <see cref="EventRecorder"/> took, and deletes those Events that have had their time and are this silo's to look after.</summary>
internal sealed partial class EventWriter(
    EventRecorder recorder,
    IObjectCache cache,
    IGrainFactory grains,
    ClusterMembers members,
    PlanExecutor executor,
    TimeProvider clock,
    ILogger<EventWriter> logger) : BackgroundService
{
    private const int MostInFlight = 64;

    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromMinutes(1);
    private static readonly WriteOptions Writing = new() { FieldValidation = FieldValidation.Ignore };

    private readonly EventAggregator aggregator = new();
    private readonly Random random = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(WriteAllAsync(stoppingToken), ExpireAllAsync(stoppingToken));

    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        var inFlight = new List<Task>(MostInFlight);
        try
        {
            await foreach (var draft in recorder.Waiting.ReadAllAsync(cancellationToken))
            {
                if (aggregator.Record(draft, cache.Get(draft.About), clock.GetUtcNow(), random) is not { } write)
                {
                    continue;
                }

                // Two writes of one Event must not overtake each other; different Events may.
                inFlight.Add(WriteAsync(write));
                if (inFlight.Count == MostInFlight || write.Patch is not null)
                {
                    await Task.WhenAll(inFlight);
                    inFlight.Clear();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }

        await Task.WhenAll(inFlight);
    }

    private async Task WriteAsync(EventWrite write)
    {
        try
        {
            var grain = grains.GetGrain<IObjectGrain>(write.Key.ToString());
            var result = write.Patch is { } patch ? await grain.PatchAsync(PatchType.Merge, Bytes(patch), Writing) : null;
            if (result?.Error is null or { Reason: "NotFound" } && result?.Object is null)
            {
                result = await grain.CreateAsync(Bytes(write.Document), Writing);
            }

            if (result.Error is { } error)
            {
                LogLost(write.Key, error.Message);
            }
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            // Events are for people; the cluster goes on without one.
            LogLost(write.Key, error.Message);
        }
    }

    private async Task ExpireAllAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(ExpiryInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await ExpireAsync();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task ExpireAsync()
    {
        try
        {
            // Every silo sees all Events; each is deleted by the one silo that owns it.
            var owners = members.Current;
            KubeObject[] mine = [.. cache.List(ResourceCatalog.Events.QualifiedName).Items.Where(item => owners.Owns(IdOf(item.Key)))];
            await executor.CarryOutAsync(EventExpiry.Decide(mine, clock.GetUtcNow()));
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            // What is left now goes with the next round.
            LogExpiryCut(error.Message);
        }
    }

    private GrainId IdOf(ObjectKey key) => grains.GetGrain<IObjectGrain>(key.ToString()).GetGrainId();

    private static ReadOnlyMemory<byte> Bytes(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString(DocumentJson.Options));

    [LoggerMessage(2502, LogLevel.Debug, "A round of expiry was cut short: {Why}")]
    private partial void LogExpiryCut(string why);

    [LoggerMessage(2501, LogLevel.Debug, "The event {Key} was not kept: {Why}")]
    private partial void LogLost(ObjectKey key, string why);
}
