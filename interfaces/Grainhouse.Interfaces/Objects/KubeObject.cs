using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace Grainhouse.Interfaces.Objects;

/// <summary>One revision of one object: its document as UTF-8 JSON, and views of it that are decoded at most once.</summary>
/// <remarks>
/// Immutable and safe to share between threads. The document has no <c>metadata.resourceVersion</c>: that is the
/// revision, which only the commit gives, and it is spliced in when the object is written out.
/// </remarks>
[GenerateSerializer, Immutable, Alias("grainhouse.object")]
public sealed class KubeObject
{
    private static readonly byte[] RevisionPrefix = "\"resourceVersion\":\""u8.ToArray();

    [NonSerialized]
    private ObjectHeader? header;

    [NonSerialized]
    private object? typed;

    [NonSerialized]
    private ViewNode? views;

    /// <summary>Wraps a stored document.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="revision">The revision that the document was committed at; 0 for one that never was (a dry run).</param>
    /// <param name="document">UTF-8 JSON, without <c>metadata.resourceVersion</c>, with a non-empty <c>metadata</c>.</param>
    public KubeObject(ObjectKey key, long revision, ReadOnlyMemory<byte> document)
    {
        Key = key;
        Revision = revision;
        Document = document;
    }

    /// <summary>The object's key.</summary>
    [Id(0)]
    public ObjectKey Key { get; }

    /// <summary>The revision, which clients see as <c>metadata.resourceVersion</c>.</summary>
    [Id(1)]
    public long Revision { get; }

    /// <summary>UTF-8 JSON without <c>metadata.resourceVersion</c>.</summary>
    [Id(2)]
    public ReadOnlyMemory<byte> Document { get; }

    /// <summary>What every object has, decoded on first use.</summary>
    public ObjectHeader Header => header ??= ObjectHeader.Read(Document.Span);

    /// <summary>The document as a KubernetesClient model, decoded on first use. Callers must not change it.</summary>
    public T As<T>()
        where T : class
    {
        if (typed is T view)
        {
            return view;
        }

        var decoded = KubernetesJson.Deserialize<T>(new MemoryStream(Document.ToArray(), writable: false));
        typed = decoded;
        return decoded;
    }

    /// <summary>A compact view that its reader makes of the document on first use and that is then kept with the object.</summary>
    /// <param name="read">Makes the view; must be pure, since two threads may both run it. Pass a static method.</param>
    /// <remarks>For what is looked at on every change, where <see cref="As{T}"/>'s full model costs too much.</remarks>
    public T View<T>(Func<KubeObject, T> read)
        where T : class
    {
        for (var node = views; node is not null; node = node.Next)
        {
            if (node.Value is T view)
            {
                return view;
            }
        }

        var made = read(this);
        views = new ViewNode(made, views);
        return made;
    }

    /// <summary>A mutable copy of the document, without <c>metadata.resourceVersion</c>.</summary>
    public JsonObject ToMutable() => JsonNode.Parse(Document.Span)!.AsObject();

    /// <summary>The same document at another revision.</summary>
    public KubeObject WithRevision(long revision) => new(Key, revision, Document) { header = header, typed = null };

    /// <summary>Writes the document with its <c>resourceVersion</c>, as clients see it.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var span = Document.Span;
        if (Revision == 0)
        {
            output.Write(span);
            return;
        }

        var at = Header.MetadataOffset;
        output.Write(span[..at]);
        output.Write(RevisionPrefix);
        Span<byte> digits = stackalloc byte[20];
        Revision.TryFormat(digits, out var written);
        output.Write(digits[..written]);
        output.Write("\","u8);
        output.Write(span[at..]);
    }

    /// <summary>The document with its <c>resourceVersion</c>, as clients see it.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(Document.Length + 48);
        WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private sealed record ViewNode(object Value, ViewNode? Next);

    /// <inheritdoc/>
    public override string ToString() => $"{Key}@{Revision}";

    /// <summary>Makes an object from a document tree; a <c>metadata.resourceVersion</c> in it is removed.</summary>
    public static KubeObject From(ObjectKey key, long revision, JsonObject document)
    {
        (document["metadata"] as JsonObject)?.Remove("resourceVersion");
        return new KubeObject(key, revision, Encoding.UTF8.GetBytes(document.ToJsonString(DocumentJson.Options)));
    }
}

/// <summary>How documents are written: compact, with no character escaped that JSON does not ask to be.</summary>
public static class DocumentJson
{
    /// <summary>Options for <see cref="JsonNode.ToJsonString(JsonSerializerOptions?)"/>.</summary>
    public static JsonSerializerOptions Options { get; } =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
