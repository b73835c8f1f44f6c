using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Grainhouse.Interfaces.Objects.Conversion;

namespace Grainhouse.Interfaces.Objects;

/// <summary>Compares one selectable field of documents with text, without decoding them.</summary>
internal sealed class FieldReader
{
    // What upstream's kinds can be selected by: pkg/apis/*/v1/conversion.go and the registries' SelectableFields.
    private static readonly FrozenDictionary<string, string[]> Selectable = new Dictionary<string, string[]>
    {
        ["pods"] =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
            "status.phase", "status.podIP", "status.nominatedNodeName",
        ],
        ["events"] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
            "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath",
            "reason", "reportingComponent", "source", "type",
        ],
        ["nodes"] = ["spec.unschedulable"],
        ["namespaces"] = ["status.phase"],
        ["secrets"] = ["type"],
        ["services"] = ["spec.clusterIP", "spec.type"],
        ["replicasets.apps"] = ["status.replicas"],
        ["replicationcontrollers"] = ["status.replicas"],
        ["jobs.batch"] = ["status.successful"],
        ["certificatesigningrequests.certificates.k8s.io"] = ["spec.signerName"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly string field;
    private readonly byte[][] path;
    private readonly string absent;
    private readonly FieldReader? fallback;

    private FieldReader(string field, string[] path, string absent, FieldReader? fallback = null)
    {
        this.field = field;
        this.path = [.. path.Select(Encoding.UTF8.GetBytes)];
        this.absent = absent;
        this.fallback = fallback;
    }

    /// <summary>The reader of a field; null if the kind cannot be selected by it.</summary>
    public static FieldReader? Find(ResourceDescriptor resource, string field)
    {
        if (field is not "metadata.name" and not "metadata.namespace"
            && !(Selectable.TryGetValue(resource.Stored.QualifiedName, out var fields) && fields.Contains(StoredName(resource, field))))
        {
            return null;
        }

        field = StoredName(resource, field);

        return field switch
        {
            "source" => new FieldReader(field, ["source", "component"], "", new FieldReader(field, ["reportingComponent"], "")),
            "spec.unschedulable" or "spec.hostNetwork" => new FieldReader(field, field.Split('.'), "false"),
            "status.replicas" => new FieldReader(field, field.Split('.'), "0"),
            "status.successful" => new FieldReader(field, ["status", "succeeded"], "0"),
            _ => new FieldReader(field, field.Split('.'), ""),
        };
    }

    // Selectors read stored documents, whatever version they name their fields by.
    private static string StoredName(ResourceDescriptor resource, string field) =>
        resource == ResourceCatalog.EventsV1 ? EventConversion.StoredField(field) : field;

    /// <summary>Whether the field has this value.</summary>
    public bool Equals(KubeObject value, string expected)
    {
        switch (field)
        {
            case "metadata.name":
                return string.Equals(value.Key.Name, expected, StringComparison.Ordinal);
            case "metadata.namespace":
                return string.Equals(value.Key.Namespace, expected, StringComparison.Ordinal);
        }

        var reader = new Utf8JsonReader(value.Document.Span);
        if (!MoveTo(ref reader))
        {
            return fallback?.Equals(value, expected) ?? string.Equals(absent, expected, StringComparison.Ordinal);
        }

        return reader.TokenType switch
        {
            JsonTokenType.String => reader.ValueTextEquals(expected),
            JsonTokenType.True => expected == "true",
            JsonTokenType.False => expected == "false",
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan) == expected,
            _ => string.Equals(absent, expected, StringComparison.Ordinal),
        };
    }

    private bool MoveTo(ref Utf8JsonReader reader)
    {
        reader.Read();
        foreach (var name in path)
        {
            if (reader.TokenType != JsonTokenType.StartObject || !MoveToMember(ref reader, name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MoveToMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
