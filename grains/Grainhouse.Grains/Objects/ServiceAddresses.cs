using System.Buffers.Binary;
using System.IO.Hashing;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Grains.Objects;

/// <summary>Hands out cluster IPs and node ports, each to one service only.</summary>
/// <remarks>
/// A number is claimed by creating its key in the store, which can happen only once. The claim names its service's uid, so that a
/// claim whose service never came to be (a crash in between) is recognised and taken over.
/// </remarks>
internal sealed class ServiceAddresses(IObjectStore store, IObjectCache cache)
{
    // Kubernetes' own defaults: 10.96.0.0/12 and 30000-32767. The first address is the API server's own service.
    private const uint FirstAddress = 0x0A600001;
    private const int Addresses = 65_533;
    private const int FirstPort = 30_000;
    private const int Ports = 2_768;
    private const int MostTries = 512;

    /// <summary>Fills in <c>clusterIP(s)</c> and <c>nodePort</c>s that the user left open, and claims those that the user chose.</summary>
    public async ValueTask<(KubeObject? Object, ApiStatus? Error)> AssignAsync(KubeObject? current, KubeObject next, bool dryRun)
    {
        var document = next.ToMutable();
        if (document["spec"] is not JsonObject spec || spec["type"]?.GetValue<string>() == "ExternalName")
        {
            return (null, null);
        }

        var uid = next.Header.Uid;
        var asked = spec["clusterIP"]?.GetValue<string>() ?? "";
        if (asked.Length == 0)
        {
            var address = await ClaimAnyAsync("_clusterips", $"{next.Key}", uid, Addresses, Address, dryRun);
            if (address is null)
            {
                return (null, new ApiStatus(500, "InternalError", "failed to allocate a serviceIP: range is full"));
            }

            spec["clusterIP"] = address;
            spec["clusterIPs"] = new JsonArray(address);
        }
        else if (current is null && asked != "None" && !dryRun && !await ClaimAsync("_clusterips", asked, uid))
        {
            var cause = new StatusCause(CauseReasons.Invalid, $"Invalid value: \"{asked}\": failed to allocate IP {asked}: provided IP is already allocated", "spec.clusterIPs[0]");
            return (null, ApiStatus.Invalid(ResourceCatalog.Services, next.Key.Name, [cause]));
        }

        var error = spec["type"]?.GetValue<string>() is "NodePort" or "LoadBalancer"
            ? await AssignNodePortsAsync(next, spec, uid, dryRun)
            : null;
        return error is null ? (KubeObject.From(next.Key, 0, document), null) : (null, error);
    }

    /// <summary>Gives back what a deleted service held.</summary>
    public async ValueTask ReleaseAsync(KubeObject service)
    {
        if (service.ToMutable()["spec"] is not JsonObject spec)
        {
            return;
        }

        var uid = service.Header.Uid;
        await ReleaseAsync("_clusterips", spec["clusterIP"]?.GetValue<string>() ?? "", uid);
        foreach (var port in (spec["ports"] as JsonArray ?? []).Select(port => port?["nodePort"]?.GetValue<int>() ?? 0).Where(port => port != 0))
        {
            await ReleaseAsync("_nodeports", $"{port}", uid);
        }
    }

    private async ValueTask<ApiStatus?> AssignNodePortsAsync(KubeObject service, JsonObject spec, string uid, bool dryRun)
    {
        var ports = spec["ports"] as JsonArray ?? [];
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i] is not JsonObject port)
            {
                continue;
            }

            var asked = port["nodePort"]?.GetValue<int>() ?? 0;
            if (asked == 0)
            {
                var free = await ClaimAnyAsync("_nodeports", $"{service.Key}/{i}", uid, Ports, offset => $"{FirstPort + offset}", dryRun);
                port["nodePort"] = int.Parse(free ?? "0");
            }
            else if (!dryRun && !await ClaimAsync("_nodeports", $"{asked}", uid))
            {
                var cause = new StatusCause(CauseReasons.Invalid, $"Invalid value: {asked}: provided port is already allocated", $"spec.ports[{i}].nodePort");
                return ApiStatus.Invalid(ResourceCatalog.Services, service.Key.Name, [cause]);
            }
        }

        return null;
    }

    private async ValueTask<string?> ClaimAnyAsync(string pool, string seed, string uid, int size, Func<int, string> number, bool dryRun)
    {
        var start = (int)(XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(seed)) % (uint)size);
        for (var i = 0; i < Math.Min(size, MostTries); i++)
        {
            var candidate = number((start + i) % size);
            if (dryRun || await ClaimAsync(pool, candidate, uid))
            {
                return candidate;
            }
        }

        return null;
    }

    private async ValueTask<bool> ClaimAsync(string pool, string number, string uid)
    {
        var key = $"{pool}/{number}";
        var holder = await store.ReadAsync(key);
        if (holder is not null)
        {
            var name = Encoding.UTF8.GetString(holder.Document.Span);
            return name == uid || (!ServiceExists(name) && await TakeAsync(key, holder.Revision, uid));
        }

        return await TakeAsync(key, 0, uid);
    }

    private bool ServiceExists(string uid) =>
        cache.List(ResourceCatalog.Services.QualifiedName).Items.Any(service => service.Header.Uid == uid);

    private async ValueTask<bool> TakeAsync(string key, long revision, string uid) =>
        (await store.CommitAsync([new StoreWrite(key, revision, Encoding.UTF8.GetBytes(uid))]))[0].Committed;

    private async ValueTask ReleaseAsync(string pool, string number, string uid)
    {
        var key = $"{pool}/{number}";
        if (await store.ReadAsync(key) is { } holder && Encoding.UTF8.GetString(holder.Document.Span) == uid)
        {
            await store.CommitAsync([new StoreWrite(key, holder.Revision, null)]);
        }
    }

    private static string Address(int offset)
    {
        // .0.0 and .0.1 of the range are never handed out.
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, FirstAddress + 1 + (uint)offset);
        return new IPAddress(bytes).ToString();
    }
}
