using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>The promises of a namespace as a document of the store, so that whoever keeps the account next knows of them.</summary>
public static class QuotaHoldDocument
{
    /// <summary>Writes them.</summary>
    public static byte[] Write(IEnumerable<QuotaHold> holds)
    {
        var list = new JsonArray();
        foreach (var hold in holds)
        {
            list.Add(new JsonObject
            {
                ["id"] = hold.Id,
                ["key"] = hold.Key.ToString(),
                ["uid"] = hold.Uid,
                ["creates"] = hold.Creates,
                ["quotas"] = new JsonArray([.. hold.Quotas.Select(name => (JsonNode?)name)]),
                ["amounts"] = hold.Amounts.Select(amount => KeyValuePair.Create(amount.Key, amount.Value.ToString())).ToJson(),
                ["at"] = hold.At.UtcTicks,
            });
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["holds"] = list });
    }

    /// <summary>Reads them.</summary>
    public static IEnumerable<QuotaHold> Read(ReadOnlyMemory<byte> document) =>
        JsonNode.Parse(document.Span)!.AsObject().Items("holds").Select(entry => new QuotaHold(
            entry.Item.Text("id")!,
            ObjectKey.Parse(entry.Item.Text("key")!),
            entry.Item.Text("uid")!,
            entry.Item.Flag("creates"),
            [.. entry.Item.Texts("quotas").Select(name => name.Text)],
            ResourceAmounts.Read(entry.Item.Object("amounts")),
            new DateTimeOffset(entry.Item.Number("at") ?? 0, TimeSpan.Zero)));
}
