using System.Buffers;
using System.Text.Json;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Objects.Conversion;

namespace Grainhouse.Gateway.Responses;

/// <summary>Writes objects of one kind in the form that a client asked for. For one request: not safe to share.</summary>
internal sealed class ObjectForm
{
    private readonly Representation representation;
    private readonly ResourceDescriptor resource;
    private readonly TableRows? table;

    /// <summary>Prepares to write.</summary>
    /// <param name="representation">The form.</param>
    /// <param name="resource">The kind.</param>
    /// <param name="includeObject">Of a Table's rows: None, Metadata (default) or Object.</param>
    /// <param name="now">The time that ages are counted to.</param>
    public ObjectForm(Representation representation, ResourceDescriptor resource, string? includeObject, DateTimeOffset now)
    {
        this.representation = representation;
        this.resource = resource;
        if (representation.Kind == RepresentationKind.Table)
        {
            table = new TableRows(resource, representation.Version, includeObject, now);
        }
    }

    /// <summary>Writes one object; as a Table, with its column definitions.</summary>
    public void WriteObject(IBufferWriter<byte> output, KubeObject item)
    {
        switch (representation.Kind)
        {
            case RepresentationKind.Table:
                WriteListHead(output, item.Revision, "", null);
                table!.WriteRow(output, item);
                WriteListTail(output);
                break;
            case RepresentationKind.Metadata:
                PartialMetadata.Write(output, VersionConversion.Show(resource, item), representation.Version);
                break;
            default:
                VersionConversion.Show(resource, item).WriteTo(output);
                break;
        }
    }

    /// <summary>Begins a list.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="revision">The revision that the list shows.</param>
    /// <param name="continueToken">Where the next page begins; empty if there is none.</param>
    /// <param name="remaining">How many items follow; null if that is not known.</param>
    public void WriteListHead(IBufferWriter<byte> output, long revision, string continueToken, long? remaining)
    {
        using var json = new Utf8JsonWriter(output, JsonOutput.Options);
        json.WriteStartObject();
        var (kind, version) = representation.Kind switch
        {
            RepresentationKind.Table => ("Table", $"meta.k8s.io/{representation.Version}"),
            RepresentationKind.Metadata => ("PartialObjectMetadataList", $"meta.k8s.io/{representation.Version}"),
            _ => (resource.Kind + "List", resource.ApiVersion),
        };
        json.WriteString("kind"u8, kind);
        json.WriteString("apiVersion"u8, version);
        json.WriteStartObject("metadata"u8);
        json.WriteString("resourceVersion"u8, revision.ToString());
        if (continueToken.Length > 0)
        {
            json.WriteString("continue"u8, continueToken);
            if (remaining is { } count)
            {
                json.WriteNumber("remainingItemCount"u8, count);
            }
        }

        json.WriteEndObject();
        table?.WriteColumns(json);
        json.WriteStartArray(table is null ? "items"u8 : "rows"u8);
        json.Flush();
    }

    /// <summary>Writes one item of a list, after the first one with its comma.</summary>
    public void WriteItem(IBufferWriter<byte> output, KubeObject item, bool first)
    {
        if (!first)
        {
            output.Write(","u8);
        }

        if (table is not null)
        {
            table.WriteRow(output, item);
        }
        else
        {
            WriteObject(output, item);
        }
    }

    /// <summary>Ends a list.</summary>
    public static void WriteListTail(IBufferWriter<byte> output) => output.Write("]}"u8);

    /// <summary>Sets the time that ages are counted to.</summary>
    public void SetTime(DateTimeOffset now)
    {
        if (table is not null)
        {
            table.Now = now;
        }
    }
}
