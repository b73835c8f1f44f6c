using System.Text;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Contracts.Tests.State;

/// <summary>What a cluster leaves in its store: one document of each kind, as this version writes it.</summary>
internal static class SavedDocuments
{
    /// <summary>The first document has revision 1, and so on.</summary>
    public static IReadOnlyList<(string Key, string Document)> All { get; } =
    [
        ("_pki/cluster", """{"ca.crt":"authority\n","ca.key":"key\n","admin.token":"admin\n","join.token":"join\n"}"""),
        ("_ledger/n1", """{"inFlight":[["default","web-0","u1"]]}"""),
        ("_reminders/0a1b2c3d/node/n1/look%20again", """{"grain":"node/n1","name":"look again","startAt":"2026-01-02T03:04:05Z","periodTicks":1800000000}"""),
        ("pods/default/web-0", """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-0","namespace":"default","uid":"u1","creationTimestamp":"2026-01-02T03:04:05Z","labels":{"app":"web"}},"spec":{"nodeName":"n1","containers":[{"name":"main","image":"web:1"}]},"status":{"phase":"Running"}}"""),
    ];

    /// <summary>Writes them to a store that is empty.</summary>
    public static async Task WriteAsync(IObjectStore store)
    {
        foreach (var (key, document) in All)
        {
            Assert.True((await store.CommitAsync([new StoreWrite(key, 0, Encoding.UTF8.GetBytes(document))]))[0].Committed);
        }
    }

    /// <summary>Checks that a store holds them, and that it goes on.</summary>
    public static async Task RequireAsync(IObjectStore store)
    {
        var page = await store.ScanAsync("");
        Assert.Equal(All.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => $"{item.Key} {item.Document}"), page.Items.Select(item => $"{item.Key} {Encoding.UTF8.GetString(item.Document.Span)}"));
        var last = page.Items[^1];
        Assert.True((await store.CommitAsync([new StoreWrite(last.Key, last.Revision, "{}"u8.ToArray())]))[0].Committed);
        Assert.Equal(page.Items, (await store.ScanAsync("", page.Revision)).Items, (was, still) => was.Key == still.Key && was.Document.Span.SequenceEqual(still.Document.Span));
    }
}
