using System.Buffers;
using System.Text.Json;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Objects.Conversion;

namespace Grainhouse.Gateway.Tables;

/// <summary>Writes the columns and rows of one kind's Table. For one request: not safe to share.</summary>
internal sealed class TableRows(ResourceDescriptor resource, string version, string? includeObject, DateTimeOffset now)
{
    // Cells are made of the stored document, whatever version the rows' objects have.
    private readonly TablePrinter printer = TablePrinters.Find(resource.Stored.QualifiedName);
    private bool columnsWritten;

    /// <summary>The time that ages are counted to.</summary>
    public DateTimeOffset Now { get; set; } = now;

    /// <summary>Writes <c>columnDefinitions</c>: the columns the first time, then null, since a watch says them once.</summary>
    public void WriteColumns(Utf8JsonWriter json)
    {
        if (columnsWritten)
        {
            json.WriteNull("columnDefinitions"u8);
            return;
        }

        columnsWritten = true;
        json.WriteStartArray("columnDefinitions"u8);
        foreach (var column in printer.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, column.Name);
            json.WriteString("type"u8, column.Type);
            json.WriteString("format"u8, column.Format);
            json.WriteString("description"u8, column.Description);
            json.WriteNumber("priority"u8, column.Priority);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes one row.</summary>
    public void WriteRow(IBufferWriter<byte> output, KubeObject item)
    {
        output.Write("{\"cells\":"u8);
        using (var cells = new Utf8JsonWriter(output, JsonOutput.Options))
        using (var document = JsonDocument.Parse(item.Document, new JsonDocumentOptions { MaxDepth = 512 }))
        {
            cells.WriteStartArray();
            printer.WriteCells(cells, document.RootElement, Now);
            cells.WriteEndArray();
        }

        output.Write(",\"object\":"u8);
        switch (includeObject)
        {
            case "None":
                output.Write("null"u8);
                break;
            case "Object":
                VersionConversion.Show(resource, item).WriteTo(output);
                break;
            default:
                PartialMetadata.Write(output, VersionConversion.Show(resource, item), version);
                break;
        }

        output.Write("}"u8);
    }
}
