using Grainhouse.Client;
using k8s.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Examples.NamespaceDefaults;

/// <summary>Gives each labelled namespace its ConfigMap, and keeps it as it should be.</summary>
/// <remarks>Level-triggered: a change only says which namespace to look at; what to do follows from the state alone.</remarks>
internal sealed partial class DefaultsController(
    GrainhouseClient client, Informer<V1Namespace> namespaces, Informer<V1ConfigMap> maps, ILogger<DefaultsController> logger) : BackgroundService
{
    public const string MapName = "defaults";
    public const string Label = "defaults";

    private const string Manager = "namespace-defaults";

    private readonly WorkQueue<string> queue = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var toNamespaces = namespaces.Subscribe(change => queue.Add(change.Object.Metadata.Name));
        using var toMaps = maps.Subscribe(change => queue.Add(change.Object.Metadata.NamespaceProperty));

        // Before both have synced, what is not in a store may well exist.
        await namespaces.WaitForSyncAsync(stoppingToken);
        await maps.WaitForSyncAsync(stoppingToken);
        await queue.RunAsync(LookAtAsync, LogFailed, workers: 2, stoppingToken);
    }

    private async Task LookAtAsync(string name, CancellationToken cancellationToken)
    {
        var wanted = namespaces.Get(name) is { Metadata.DeletionTimestamp: null } found && found.Metadata.Labels?.TryGetValue(Label, out var on) == true && on == "yes";
        var map = maps.Get(MapName, name);
        var configMaps = client.Resource<V1ConfigMap>();
        if (!wanted)
        {
            if (map is not null && await configMaps.DeleteAsync(MapName, name, new DeleteSettings { Uid = map.Metadata.Uid }, cancellationToken))
            {
                LogTaken(name);
            }
        }
        else if (map is null)
        {
            await configMaps.CreateAsync(Make(name), new WriteSettings { FieldManager = Manager }, cancellationToken);
            LogGiven(name);
        }
        else if (map.Data?.Count != 1 || !map.Data.TryGetValue("namespace", out var owner) || owner != name)
        {
            // With the resourceVersion that was looked at: if somebody was quicker, this fails, and the queue looks again.
            var mended = Make(name);
            mended.Metadata.ResourceVersion = map.Metadata.ResourceVersion;
            await configMaps.ReplaceAsync(mended, new WriteSettings { FieldManager = Manager }, cancellationToken);
            LogMended(name);
        }
    }

    private static V1ConfigMap Make(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = MapName, NamespaceProperty = name },
        Data = new Dictionary<string, string> { ["namespace"] = name },
    };

    private void LogFailed(string name, Exception failure, int times) => LogFailed(name, failure.Message, times);

    [LoggerMessage(1, LogLevel.Information, "Namespace {Namespace} has its defaults")]
    private partial void LogGiven(string @namespace);

    [LoggerMessage(2, LogLevel.Information, "Namespace {Namespace} had other defaults; they are mended")]
    private partial void LogMended(string @namespace);

    [LoggerMessage(3, LogLevel.Information, "Namespace {Namespace} wants no defaults any more")]
    private partial void LogTaken(string @namespace);

    [LoggerMessage(4, LogLevel.Warning, "Namespace {Namespace}: {Reason}; {Times} times in a row, it is tried again")]
    private partial void LogFailed(string @namespace, string reason, int times);
}
