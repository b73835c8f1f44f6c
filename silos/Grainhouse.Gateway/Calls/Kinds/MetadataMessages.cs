using System.Text.Json;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Gateway.Calls.Kinds;

/// <summary>Parts of documents that many kinds have, as messages.</summary>
internal static class MetadataMessages
{
    /// <summary>A document's metadata.</summary>
    public static Metadata Make(JsonElement metadata)
    {
        var message = new Metadata
        {
            Name = metadata.At("name").Text(),
            Namespace = metadata.At("namespace").Text(),
            Uid = metadata.At("uid").Text(),
            Generation = metadata.At("generation").Number(),
            CreationTime = Time(metadata.At("creationTimestamp")),
            DeletionTime = Time(metadata.At("deletionTimestamp")),
        };
        AddTo(message.Labels, metadata.At("labels"));
        AddTo(message.Annotations, metadata.At("annotations"));
        AddTo(message.Finalizers, metadata.At("finalizers"));
        foreach (var owner in metadata.At("ownerReferences").Items())
        {
            message.Owners.Add(new OwnerReference
            {
                ApiVersion = owner.At("apiVersion").Text(),
                Kind = owner.At("kind").Text(),
                Name = owner.At("name").Text(),
                Uid = owner.At("uid").Text(),
                Controller = owner.At("controller").IsTrue(),
            });
        }

        return message;
    }

    /// <summary>A status' conditions.</summary>
    public static IEnumerable<Condition> Conditions(JsonElement status)
    {
        foreach (var condition in status.At("conditions").Items())
        {
            yield return new Condition
            {
                Type = condition.At("type").Text(),
                Status = condition.At("status").Text(),
                Reason = condition.At("reason").Text(),
                Message = condition.At("message").Text(),
                LastTransitionTime = Time(condition.At("lastTransitionTime")),
            };
        }
    }

    /// <summary>A time stamp; null if there is none.</summary>
    public static Timestamp? Time(JsonElement text) => text.Time() is { } time ? Timestamp.FromDateTimeOffset(time) : null;

    /// <summary>Adds the members of an object: texts, and numbers as they are written.</summary>
    public static void AddTo(MapField<string, string> map, JsonElement members)
    {
        if (members.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in members.EnumerateObject())
        {
            map[member.Name] = member.Value.ToString();
        }
    }

    /// <summary>Adds the texts of an array.</summary>
    public static void AddTo(RepeatedField<string> list, JsonElement items)
    {
        foreach (var item in items.Items())
        {
            list.Add(item.Text());
        }
    }
}
