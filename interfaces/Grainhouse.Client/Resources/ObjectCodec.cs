using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Grainhouse.Client.Resources;

/// <summary>Reads and writes objects of one kind.</summary>
internal abstract class ObjectCodec<T>(string apiVersion, string kind)
{
    /// <summary>As in <c>apps/v1</c>.</summary>
    public string ApiVersion { get; } = apiVersion;

    /// <summary>As in <c>Deployment</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>Reads an object. Where it does not say its kind, as items of lists may, it is told.</summary>
    public abstract T Read(ReadOnlyMemory<byte> json);

    /// <summary>Writes an object.</summary>
    public abstract byte[] Write(T item);

    /// <summary>The object's namespace (empty for none) and name.</summary>
    public abstract ObjectName NameOf(T item);

    /// <summary>The object's resourceVersion; empty if it has none.</summary>
    public abstract string RevisionOf(T item);

    /// <summary>The object's uid; empty if it has none.</summary>
    public abstract string UidOf(T item);
}

/// <summary>Objects as KubernetesClient's models.</summary>
internal sealed class ModelCodec<T>(string apiVersion, string kind) : ObjectCodec<T>(apiVersion, kind)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>The codec of a model class.</summary>
    /// <exception cref="ArgumentException">The class does not say its kind by <see cref="KubernetesEntityAttribute"/>.</exception>
    public static ModelCodec<T> Create()
    {
        var entity = typeof(T).GetCustomAttribute<KubernetesEntityAttribute>()
            ?? throw new ArgumentException($"{typeof(T)} has no [KubernetesEntity]: it must say its group, version and kind.");
        return new ModelCodec<T>(string.IsNullOrEmpty(entity.Group) ? entity.ApiVersion : $"{entity.Group}/{entity.ApiVersion}", entity.Kind);
    }

    public override T Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var item = KubernetesJson.Deserialize<T>(document);
        item.ApiVersion ??= ApiVersion;
        item.Kind ??= Kind;
        return item;
    }

    public override byte[] Write(T item)
    {
        item.ApiVersion ??= ApiVersion;
        item.Kind ??= Kind;
        return System.Text.Encoding.UTF8.GetBytes(KubernetesJson.Serialize(item));
    }

    public override ObjectName NameOf(T item) => new(item.Metadata?.NamespaceProperty ?? "", item.Metadata?.Name ?? "");

    public override string RevisionOf(T item) => item.Metadata?.ResourceVersion ?? "";

    public override string UidOf(T item) => item.Metadata?.Uid ?? "";
}

/// <summary>Objects as JSON.</summary>
internal sealed class JsonCodec(string apiVersion, string kind) : ObjectCodec<JsonObject>(apiVersion, kind)
{
    public override JsonObject Read(ReadOnlyMemory<byte> json)
    {
        var item = JsonNode.Parse(json.Span)!.AsObject();
        item["apiVersion"] ??= ApiVersion;
        item["kind"] ??= Kind;
        return item;
    }

    public override byte[] Write(JsonObject item) => JsonSerializer.SerializeToUtf8Bytes(item);

    public override ObjectName NameOf(JsonObject item) => new(Text(item, "namespace"), Text(item, "name"));

    public override string RevisionOf(JsonObject item) => Text(item, "resourceVersion");

    public override string UidOf(JsonObject item) => Text(item, "uid");

    private static string Text(JsonObject item, string field) =>
        item["metadata"] is JsonObject metadata && metadata[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
