using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Client.Connections;
using Grainhouse.Client.Resources;
using Grainhouse.Client.Watching;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Client;

/// <summary>The objects of one kind: <see cref="GrainhouseClient.Resource{T}()"/> makes one.</summary>
/// <remarks>
/// Safe to use from any thread. Every method throws <see cref="ApiException"/> where the server refuses, with the server's own words,
/// and <see cref="HttpRequestException"/> where it is not in reach. A request that was refused for the time being (429, or 503 to a
/// read) with a Retry-After is repeated up to ten times before that.
/// </remarks>
/// <typeparam name="T">A model of KubernetesClient, as <c>V1Pod</c>, or <see cref="JsonObject"/>.</typeparam>
public sealed partial class Resource<T>
    where T : class
{
    private static readonly WriteSettings Plain = new();

    private readonly Transport transport;
    private readonly ResourceFinder finder;
    private readonly ObjectCodec<T> codec;
    private readonly ILoggerFactory loggers;
    private readonly ILogger logger;
    private readonly TimeProvider time;

    internal Resource(Transport transport, ResourceFinder finder, ObjectCodec<T> codec, ILoggerFactory loggers, TimeProvider time)
    {
        this.transport = transport;
        this.finder = finder;
        this.codec = codec;
        this.loggers = loggers;
        this.time = time;
        logger = loggers.CreateLogger("Grainhouse.Client.Watch");
    }

    /// <summary>As in <c>apps/v1</c>.</summary>
    public string ApiVersion => codec.ApiVersion;

    /// <summary>As in <c>Deployment</c>.</summary>
    public string Kind => codec.Kind;

    /// <summary>Reads one object; null if there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="namespace">Its namespace; null for a kind without namespaces.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T?> GetAsync(string name, string? @namespace = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return codec.Read(await transport.SendAsync(Named("get"), HttpMethod.Get, await PathAsync(@namespace, name), cancellationToken: cancellationToken));
        }
        catch (ApiException refused) when (refused.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Reads all objects that are selected, in pages, at one revision.</summary>
    /// <param name="selection">Which; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ObjectList<T>> ListAsync(Selection? selection = null, CancellationToken cancellationToken = default) =>
        new ListPages<T>(transport, codec).ReadAsync(selection ?? Selection.Everything, CollectionAsync, cancellationToken);

    /// <summary>Creates an object and returns it as stored. Without a name, <c>metadata.generateName</c> makes one.</summary>
    /// <param name="item">The object; its namespace is where it is created.</param>
    /// <param name="settings">How; null for the usual.</param>
    /// <param name="cancellationToken">Gives up; the object may have been created.</param>
    public Task<T> CreateAsync(T item, WriteSettings? settings = null, CancellationToken cancellationToken = default) =>
        CreateAsync(item, NamespaceOf(item), settings ?? Plain, cancellationToken);

    /// <summary>Replaces an object and returns it as stored.</summary>
    /// <param name="item">The object. With a resourceVersion it is a conflict (409) if somebody changed the object since.</param>
    /// <param name="settings">How; null for the usual.</param>
    /// <param name="cancellationToken">Gives up; the object may have been replaced.</param>
    public async Task<T> ReplaceAsync(T item, WriteSettings? settings = null, CancellationToken cancellationToken = default) =>
        await WriteAsync("update", HttpMethod.Put, await PathAsync(item), codec.Write(item), "application/json", settings ?? Plain, cancellationToken);

    /// <summary>Changes an object and returns it as stored.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="namespace">Its namespace; null for a kind without namespaces.</param>
    /// <param name="patch">The change.</param>
    /// <param name="settings">How; null for the usual.</param>
    /// <param name="cancellationToken">Gives up; the object may have been changed.</param>
    public async Task<T> PatchAsync(
        string name, string? @namespace, ObjectPatch patch, WriteSettings? settings = null, CancellationToken cancellationToken = default) =>
        await WriteAsync("patch", HttpMethod.Patch, await PathAsync(@namespace, name), patch.Body, patch.ContentType, settings ?? Plain, cancellationToken);

    /// <summary>Makes an object be as its manifest says, by server-side apply, and returns it as stored; creates it if there is none.</summary>
    /// <param name="item">What is asked for: only the fields that matter to the manager, and neither managedFields nor resourceVersion.</param>
    /// <param name="fieldManager">Who asks: owns these fields from now on, and loses those that it left out since last time.</param>
    /// <param name="force">Whether fields that others own are taken from them; else they are a conflict (409).</param>
    /// <param name="settings">How; null for the usual.</param>
    /// <param name="cancellationToken">Gives up; the object may have been changed.</param>
    public async Task<T> ApplyAsync(
        T item, string fieldManager, bool force = false, WriteSettings? settings = null, CancellationToken cancellationToken = default)
    {
        var how = (settings ?? Plain) with { FieldManager = fieldManager };
        var path = await PathAsync(item);
        return await WriteAsync("apply", HttpMethod.Patch, path, codec.Write(item), "application/apply-patch+yaml", how, cancellationToken, force);
    }

    /// <summary>Deletes an object; returns whether there was one. It may still be there for a while, to end gracefully.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="namespace">Its namespace; null for a kind without namespaces.</param>
    /// <param name="settings">How; null for the usual.</param>
    /// <param name="cancellationToken">Gives up; the object may have been deleted.</param>
    public async Task<bool> DeleteAsync(
        string name, string? @namespace = null, DeleteSettings? settings = null, CancellationToken cancellationToken = default)
    {
        try
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(DeleteOptions(settings ?? new DeleteSettings()));
            await transport.SendAsync(Named("delete"), HttpMethod.Delete, await PathAsync(@namespace, name), body, cancellationToken: cancellationToken);
            return true;
        }
        catch (ApiException refused) when (refused.IsNotFound)
        {
            return false;
        }
    }

    internal ObjectCodec<T> Codec => codec;

    /// <summary>Creates an object in a namespace that it may leave out.</summary>
    internal async Task<T> CreateAsync(T item, string? @namespace, WriteSettings settings, CancellationToken cancellationToken)
    {
        var path = (await FindAsync(@namespace)).CollectionPath(@namespace);
        return await WriteAsync("create", HttpMethod.Post, path, codec.Write(item), "application/json", settings, cancellationToken);
    }

    private Operation Named(string verb) => new(verb, codec.Kind);

    private async Task<T> WriteAsync(
        string verb, HttpMethod method, string path, ReadOnlyMemory<byte> body, string type, WriteSettings settings, CancellationToken cancellationToken, bool force = false)
    {
        var part = settings.Subresource.Length == 0 ? path : $"{path}/{Uri.EscapeDataString(settings.Subresource)}";
        var query = new QueryText().Add(settings).Add("force", force ? "true" : "");
        return codec.Read(await transport.SendAsync(Named(verb), method, $"{part}{query}", body, type, cancellationToken));
    }

    private async Task<string> CollectionAsync(string? @namespace) => (await finder.FindAsync(ApiVersion, Kind)).CollectionPath(@namespace);

    private string? NamespaceOf(T item) => codec.NameOf(item).Namespace is { Length: > 0 } given ? given : null;

    private Task<string> PathAsync(T item) => PathAsync(NamespaceOf(item), codec.NameOf(item).Name);

    private async Task<string> PathAsync(string? @namespace, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return (await FindAsync(@namespace)).ObjectPath(@namespace ?? "", name);
    }

    private async Task<ResourcePath> FindAsync(string? @namespace)
    {
        var found = await finder.FindAsync(ApiVersion, Kind);
        return found.Namespaced && @namespace is null
            ? throw new ArgumentException($"Objects of kind {Kind} are in namespaces, and none is given.", nameof(@namespace))
            : found;
    }

    private static JsonObject DeleteOptions(DeleteSettings settings)
    {
        var options = new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1", ["propagationPolicy"] = settings.Propagation.ToString() };
        if (settings.GracePeriod is { } grace)
        {
            options["gracePeriodSeconds"] = (long)grace.TotalSeconds;
        }

        if (settings.Uid is not null || settings.ResourceVersion is not null)
        {
            var conditions = new JsonObject();
            options["preconditions"] = conditions;
            conditions["uid"] = settings.Uid;
            conditions["resourceVersion"] = settings.ResourceVersion;
        }

        if (settings.DryRun)
        {
            options["dryRun"] = new JsonArray("All");
        }

        return options;
    }
}
