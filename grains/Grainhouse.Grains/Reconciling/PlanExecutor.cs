using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Grains.Events;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning;

namespace Grainhouse.Grains.Reconciling;

/// <summary>What came of a plan.</summary>
/// <param name="Revision">The newest revision written; 0 if none.</param>
/// <param name="Retry">Whether something could not be done that a later look may do.</param>
/// <param name="Refused">The first creation that was refused, as the API answered; null if none was.</param>
internal readonly record struct ExecutionReport(long Revision, bool Retry, ApiStatus? Refused);

/// <summary>Carries out plans: each action is one call to the grain of the object it is about.</summary>
internal sealed class PlanExecutor(IGrainFactory grains, EventRecorder events)
{
    // Enough to fill the store's group commits, few enough not to flood the silo's queues.
    private const int MostInFlight = 512;

    private static readonly WriteOptions Ignoring = new() { FieldValidation = FieldValidation.Ignore };

    /// <summary>Does the actions in order; neighbouring creations and deletions at the same time.</summary>
    public async Task<ExecutionReport> CarryOutAsync(ReconcilePlan plan)
    {
        var report = default(ExecutionReport);
        var parallel = new List<(ReconcileAction Action, Task<ObjectResult> Result)>();
        foreach (var action in plan.Actions)
        {
            switch (action)
            {
                case ReconcileAction.Emit emit:
                    events.Record(emit.Event);
                    break;
                case ReconcileAction.Create create:
                    parallel.Add((action, Object(create.Key).CreateAsync(Bytes(create.Document), Ignoring)));
                    break;
                case ReconcileAction.Delete delete:
                    parallel.Add((action, Object(delete.Key).DeleteAsync(delete.Options with { Uid = delete.Uid })));
                    break;
                case ReconcileAction.Replace replace:
                    report = await DrainAsync(parallel, report);
                    report = Conclude(report, action, await ReplaceAsync(replace));
                    break;
                default:
                    throw new InvalidOperationException($"No handler for {action.GetType().Name}.");
            }

            if (parallel.Count >= MostInFlight)
            {
                report = await DrainAsync(parallel, report);
            }
        }

        return await DrainAsync(parallel, report);
    }

    private Task<ObjectResult> ReplaceAsync(ReconcileAction.Replace replace)
    {
        var document = replace.Document;
        if (document["metadata"] is JsonObject metadata)
        {
            metadata["resourceVersion"] = $"{replace.Revision}";
        }

        return Object(replace.Key).UpdateAsync(
            Bytes(replace.Subresource == "status" ? StatusOf(document) : document), Ignoring with { Subresource = replace.Subresource });
    }

    /// <summary>What a write of the status is judged by: the spec, mostly the larger part, would only be read to be put aside.</summary>
    private static JsonObject StatusOf(JsonObject document)
    {
        var slim = new JsonObject();
        foreach (var name in (ReadOnlySpan<string>)["apiVersion", "kind", "metadata", "status"])
        {
            slim[name] = document[name]?.DeepClone();
        }

        return slim;
    }

    private async Task<ExecutionReport> DrainAsync(List<(ReconcileAction Action, Task<ObjectResult> Result)> parallel, ExecutionReport report)
    {
        foreach (var (action, result) in parallel)
        {
            report = Conclude(report, action, await result);
        }

        parallel.Clear();
        return report;
    }

    private ExecutionReport Conclude(ExecutionReport report, ReconcileAction action, ObjectResult result)
    {
        switch (result.Error)
        {
            case null:
                Tell(action.Done);
                return report with { Revision = Math.Max(report.Revision, result.Object?.Revision ?? 0) };
            case { Reason: "NotFound" } when action is not ReconcileAction.Create:
                // What is gone already is as it was asked for.
                return report;
            case { Reason: "Conflict" or "AlreadyExists" }:
                // Decided from a state that is no longer true, or a name that is taken: the next look decides.
                return report with { Retry = true };
            case var error:
                Tell(action.Failed is { } failed ? failed with { Message = $"{failed.Message}{error.Message}" } : null);
                return report with { Retry = true, Refused = report.Refused ?? (action is ReconcileAction.Create ? error : null) };
        }
    }

    private void Tell(EventDraft? draft)
    {
        if (draft is not null)
        {
            events.Record(draft);
        }
    }

    private IObjectGrain Object(ObjectKey key) => grains.GetGrain<IObjectGrain>(key.ToString());

    private static ReadOnlyMemory<byte> Bytes(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString(DocumentJson.Options));
}
