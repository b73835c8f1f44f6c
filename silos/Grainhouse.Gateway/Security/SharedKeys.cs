using System.Text.Json;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Security;

/// <summary>The keys that all silos of a cluster share: its authority and its two tokens. They lie in the store, under an internal key.</summary>
/// <remarks>
/// The first silo puts its own there, so that they are in every backup; every later one takes them over into its <c>pki</c> folder, where <see cref="ClusterAuthority"/>
/// finds them. Certificates of servers and administrators are each silo's own. No API shows the key (it starts with <c>_</c>);
/// whoever may read the database holds the cluster, as with etcd.
/// </remarks>
public static class SharedKeys
{
    /// <summary>Where they are in the store.</summary>
    public const string StoreKey = "_pki/cluster";

    // The files in the pki folder, each a member of the document.
    private static readonly string[] Files = ["ca.crt", "ca.key", "admin.token", "join.token"];

    /// <summary>Makes the folder's keys those of the cluster. Safe to repeat, and for silos that start at the same time.</summary>
    /// <param name="store">The cluster's store, open.</param>
    /// <param name="options">Where the folder is.</param>
    /// <param name="time">Tells since when a new authority is valid.</param>
    public static async Task AdoptAsync(IObjectStore store, GatewayOptions options, TimeProvider time)
    {
        var stored = await store.ReadAsync(StoreKey);
        if (stored is null)
        {
            ClusterAuthority.Open(options, time);
            var own = JsonSerializer.SerializeToUtf8Bytes(Files.ToDictionary(file => file, file => File.ReadAllText(PathOf(options, file))));
            var outcomes = await store.CommitAsync([new StoreWrite(StoreKey, ExpectedRevision: 0, own)]);
            if (outcomes[0].Committed)
            {
                return;
            }

            // Another silo was first, and its keys are the cluster's.
            stored = await store.ReadAsync(StoreKey);
        }

        Take(stored!, options);
    }

    /// <summary>Makes the folder's keys those of a document of <see cref="StoreKey"/>. Safe to repeat.</summary>
    public static void Take(StoredDocument stored, GatewayOptions options)
    {
        var keys = JsonSerializer.Deserialize<Dictionary<string, string>>(stored.Document.Span)!;
        if (Array.TrueForAll(Files, file => File.Exists(PathOf(options, file)) && File.ReadAllText(PathOf(options, file)) == keys[file]))
        {
            return;
        }

        // Certificates of another authority go first: should this be cut off, none of them outlives it.
        foreach (var issued in (ReadOnlySpan<string>)["server.crt", "server.key", "admin.crt", "admin.key"])
        {
            if (File.Exists(PathOf(options, issued)))
            {
                File.Delete(PathOf(options, issued));
            }
        }

        foreach (var file in Files)
        {
            SecretFile.Write(PathOf(options, file), keys[file]);
        }
    }

    private static string PathOf(GatewayOptions options, string file) => Path.Combine(options.PkiDirectory, file);
}
