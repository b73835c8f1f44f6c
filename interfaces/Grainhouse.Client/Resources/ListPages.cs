using System.Text.Json;
using Grainhouse.Client.Connections;

namespace Grainhouse.Client.Resources;

/// <summary>Reads whole lists, page by page.</summary>
internal sealed class ListPages<T>(Transport transport, ObjectCodec<T> codec)
{
    // As client-go's pager.
    private const int PageSize = 500;

    /// <summary>Reads all objects that are selected, at one revision.</summary>
    public async Task<ObjectList<T>> ReadAsync(Selection selection, Func<string?, Task<string>> path, CancellationToken cancellationToken)
    {
        var collection = await path(selection.Namespace);
        try
        {
            return await ReadAsync(collection, selection, PageSize, cancellationToken);
        }
        catch (ApiException gone) when (gone.IsExpired)
        {
            // The history has passed the list by while it was read. In one piece it cannot.
            return await ReadAsync(collection, selection, 0, cancellationToken);
        }
    }

    private async Task<ObjectList<T>> ReadAsync(string collection, Selection selection, int limit, CancellationToken cancellationToken)
    {
        var items = new List<T>();
        var next = "";
        string revision;
        do
        {
            var query = new QueryText().Add(selection).Add("limit", limit == 0 ? "" : $"{limit}").Add("continue", next);
            var page = await transport.SendAsync(new Operation("list", codec.Kind), HttpMethod.Get, $"{collection}{query}", cancellationToken: cancellationToken);
            (revision, next) = Take(page, items);
        }
        while (next.Length > 0);
        return new ObjectList<T>(items, revision);
    }

    private (string Revision, string Next) Take(byte[] page, List<T> items)
    {
        var (revision, next) = ("", "");
        var reader = new Utf8JsonReader(page);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                using var metadata = JsonDocument.ParseValue(ref reader);
                revision = Text(metadata.RootElement, "resourceVersion");
                next = Text(metadata.RootElement, "continue");
            }
            else if (reader.ValueTextEquals("items"u8))
            {
                TakeItems(ref reader, page, items);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return (revision, next);
    }

    private void TakeItems(ref Utf8JsonReader reader, byte[] page, List<T> items)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            items.Add(codec.Read(page.AsMemory(start..(int)reader.BytesConsumed)));
        }
    }

    private static string Text(JsonElement metadata, string name) =>
        metadata.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
