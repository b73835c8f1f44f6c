using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Documents;

/// <summary>The API in a few lines: objects by key, revisions, generations, graceful deletion of pods, and the events that were told.</summary>
internal sealed class Cluster : IObjectCache
{
    private readonly SortedDictionary<string, KubeObject> objects = new(StringComparer.Ordinal);
    private long uids;

    public long Revision { get; private set; } = 1;

    public DateTimeOffset Now { get; set; } = Kube.Start;

    public List<EventDraft> Events { get; } = [];

    /// <summary>What a creation of a kind is answered with instead of done; null: all is done.</summary>
    public Func<ObjectKey, ApiStatus?> Refuse { get; set; } = _ => null;

    /// <summary>Whether the real rules of the API decide on every write; a refusal that no test asked for fails the test.</summary>
    public bool Strict { get; init; }

    /// <summary>Told of each change, after it.</summary>
    public Action<ObjectChange> Changed { get; set; } = _ => { };

    public KubeObject? Get(ObjectKey key) => objects.GetValueOrDefault(key.ToString());

    public ObjectList List(string resource, string? @namespace = null)
    {
        var prefix = ObjectKey.Prefix(resource, @namespace);
        return new ObjectList(Revision, [.. objects.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(item => item.Value)]);
    }

    public IEnumerable<KubeObject> Everything => objects.Values;

    public ImmutableArray<KubeObject> OwnedBy(string uid) => [.. objects.Values.Where(item => item.Header.Owners.Any(owner => owner.Uid == uid))];

    public ImmutableArray<KubeObject> PodsOnNode(string node) =>
        [.. List("pods").Items.Where(pod => Planning.Pods.PodView.Of(pod).Node == node)];

    public ValueTask WaitForAsync(long revision, CancellationToken cancellationToken = default) => default;

    public ValueTask<long> CatchUpAsync(CancellationToken cancellationToken = default) => new(Revision);

    public IAsyncEnumerable<ChangeBatch> WatchAsync(long after, string? resource, string? @namespace, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Puts an object there as it is, whatever the rules say of it: a pod that has a status already.</summary>
    public KubeObject Seed(JsonObject document)
    {
        var metadata = document["metadata"]!.AsObject();
        metadata["uid"] ??= $"u{++uids}";
        metadata["creationTimestamp"] ??= Timestamps.Text(Now);
        metadata["generation"] = 1;
        return Put(document.Stored(++Revision));
    }

    /// <summary>Creates an object as a client does.</summary>
    public KubeObject Create(JsonObject document)
    {
        var metadata = document["metadata"]!.AsObject();
        if (Strict)
        {
            var uid = (string?)metadata["uid"] ?? $"u{++uids}";
            var key = document.Stored().Key;
            return Take(key, ObjectRules.Create(ResourceCatalog.Find(key.Resource)!, key, Bytes(document), Checked, new RuleContext(Now, uid)))!;
        }

        return Seed(document);
    }

    public KubeObject Update(ObjectKey key, Action<JsonObject> change)
    {
        var document = Get(key)!.ToMutable();
        change(document);
        return Replace(key, document);
    }

    public KubeObject Replace(ObjectKey key, JsonObject document)
    {
        var before = Get(key)!;
        if (!JsonNode.DeepEquals(before.ToMutable()["spec"], document["spec"]))
        {
            document["metadata"]!["generation"] = before.Header.Generation + 1;
        }

        return Put(KubeObject.From(key, ++Revision, document));
    }

    public void Remove(ObjectKey key)
    {
        if (objects.Remove(key.ToString(), out var before))
        {
            Changed(new ObjectChange(ChangeKind.Deleted, before.WithRevision(++Revision), before));
        }
    }

    /// <summary>Carries a plan out as the shell does. Returns the refusal of a creation, if there was one.</summary>
    public ApiStatus? Do(ReconcilePlan plan)
    {
        ApiStatus? refused = null;
        foreach (var action in plan.Actions)
        {
            var error = Do(action);
            refused = action is ReconcileAction.Create ? error ?? refused : refused;
            if ((error is null ? action.Done : action.Failed) is { } told)
            {
                Events.Add(error is null ? told : told with { Message = told.Message + error.Message });
            }
        }

        return refused;
    }

    private ApiStatus? Do(ReconcileAction action)
    {
        switch (action)
        {
            case ReconcileAction.Create create:
                if (Refuse(create.Key) is { } refusal)
                {
                    return refusal;
                }

                if (Get(create.Key) is null)
                {
                    Create(create.Document.DeepClone().AsObject());
                }

                return null;
            case ReconcileAction.Replace replace:
                if (Get(replace.Key) is not { } current || current.Revision != replace.Revision)
                {
                    return new ApiStatus(409, "Conflict", "stale");
                }

                if (Strict)
                {
                    var options = Checked with { Subresource = replace.Subresource };
                    Take(replace.Key, ObjectRules.Update(ResourceCatalog.Find(replace.Key.Resource)!, current, Bytes(replace.Document, current.Revision), options, Context));
                }
                else
                {
                    Replace(replace.Key, Merged(current, replace));
                }

                return null;
            case ReconcileAction.Delete delete:
                Delete(delete);
                return null;
            case ReconcileAction.Emit emit:
                Events.Add(emit.Event);
                return null;
            default:
                throw new InvalidOperationException(action.ToString());
        }
    }

    private static JsonObject Merged(KubeObject current, ReconcileAction.Replace replace)
    {
        var document = replace.Document.DeepClone().AsObject();
        if (ResourceCatalog.Find(replace.Key.Resource)!.HasStatus)
        {
            var stored = current.ToMutable();
            var (kept, part) = replace.Subresource == "status" ? (stored, "status") : (document, "status");
            var source = replace.Subresource == "status" ? document : stored;
            kept.Remove(part);
            if (source[part] is { } value)
            {
                kept[part] = value.DeepClone();
            }

            document = kept;
        }

        return document;
    }

    private void Delete(ReconcileAction.Delete delete)
    {
        if (Get(delete.Key) is not { } found || found.Header.Uid != delete.Uid || found.Header.DeletionTimestamp is not null)
        {
            return;
        }

        if (Strict)
        {
            Take(delete.Key, ObjectRules.Delete(ResourceCatalog.Find(delete.Key.Resource)!, found, delete.Options, Context));
            return;
        }

        var finalizer = delete.Options.Propagation switch
        {
            DeletionPropagation.Foreground => "foregroundDeletion",
            DeletionPropagation.Orphan => "orphan",
            _ => null,
        };
        if (delete.Key.Resource == "pods" || finalizer is not null || !found.Header.Finalizers.IsEmpty)
        {
            Update(delete.Key, document =>
            {
                document["metadata"]!["deletionTimestamp"] = Timestamps.Text(Now);
                if (finalizer is not null)
                {
                    document["metadata"]!["finalizers"] = new JsonArray(finalizer);
                }
            });
        }
        else
        {
            Remove(delete.Key);
        }
    }

    private static WriteOptions Checked { get; } = new() { FieldValidation = FieldValidation.Strict };

    private RuleContext Context => new(Now, "unused");

    private static byte[] Bytes(JsonObject document, long revision = 0)
    {
        var copy = document.DeepClone().AsObject();
        if (revision > 0)
        {
            copy["metadata"]!["resourceVersion"] = $"{revision}";
        }

        return System.Text.Encoding.UTF8.GetBytes(copy.ToJsonString());
    }

    private KubeObject? Take(ObjectKey key, WriteDecision decision)
    {
        switch (decision)
        {
            case WriteDecision.Commit commit:
                return Put(commit.Object.WithRevision(++Revision));
            case WriteDecision.Remove:
                Remove(key);
                return null;
            case WriteDecision.Unchanged:
                return Get(key);
            default:
                throw new InvalidOperationException($"{key}: {((WriteDecision.Reject)decision).Error.Message}");
        }
    }

    private KubeObject Put(KubeObject item)
    {
        var before = objects.GetValueOrDefault(item.Key.ToString());
        if (!Strict && item.Header.DeletionTimestamp is not null && item.Key.Resource != "pods" && item.Header.Finalizers.IsEmpty && before is not null)
        {
            Remove(item.Key);
            return item;
        }

        objects[item.Key.ToString()] = item;
        Changed(new ObjectChange(before is null ? ChangeKind.Added : ChangeKind.Modified, item, before));
        return item;
    }
}
