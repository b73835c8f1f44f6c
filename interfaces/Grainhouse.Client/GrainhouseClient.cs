using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace Grainhouse.Client;

/// <summary>A client of a cluster's Kubernetes door for objects of any kind.</summary>
/// <remarks>
/// Objects are JSON as the server gave it. For typed access use <see cref="Typed"/>. Safe to use from any thread. A request
/// that the server refuses throws <see cref="ApiException"/>, which carries the server's own words.
/// </remarks>
public sealed class GrainhouseClient : IDisposable
{
    private readonly Kubernetes kubernetes;
    private readonly ResourceFinder resources;

    private GrainhouseClient(Kubernetes kubernetes)
    {
        this.kubernetes = kubernetes;
        resources = new ResourceFinder(path => SendAsync(HttpMethod.Get, path, null, null, CancellationToken.None));
    }

    /// <summary>The same connection with KubernetesClient's typed methods.</summary>
    public IKubernetes Typed => kubernetes;

    /// <summary>Connects as the current context of a kubeconfig says. Nothing is sent yet.</summary>
    /// <exception cref="k8s.Exceptions.KubeConfigException">The file is not a usable kubeconfig.</exception>
    public static GrainhouseClient FromKubeconfig(string path) =>
        new(new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(path)));

    /// <summary>Reads one object; null if there is none.</summary>
    public async Task<JsonObject?> GetAsync(ObjectReference reference, CancellationToken cancellationToken = default)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, await PathAsync(reference), null, null, cancellationToken);
        }
        catch (ApiException error) when (error.StatusCode == 404)
        {
            return null;
        }
    }

    /// <summary>Reads all objects of a kind, in one namespace or (null) in all.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(
        string apiVersion, string kind, string? @namespace = null, CancellationToken cancellationToken = default)
    {
        var resource = await resources.FindAsync(apiVersion, kind);
        var list = await SendAsync(HttpMethod.Get, resource.CollectionPath(@namespace), null, null, cancellationToken);
        return [.. ((JsonArray?)list["items"] ?? []).OfType<JsonObject>()];
    }

    /// <summary>Creates an object and returns it as stored.</summary>
    public async Task<JsonObject> CreateAsync(JsonObject manifest, CancellationToken cancellationToken = default)
    {
        var reference = ObjectReference.Of(manifest);
        var resource = await resources.FindAsync(reference.ApiVersion, reference.Kind);
        return await SendAsync(HttpMethod.Post, resource.CollectionPath(reference.Namespace), manifest.ToJsonString(), "application/json", cancellationToken);
    }

    /// <summary>Changes an object by a strategic merge patch and returns it as stored.</summary>
    public async Task<JsonObject> PatchAsync(ObjectReference reference, JsonObject patch, CancellationToken cancellationToken = default) =>
        await SendAsync(HttpMethod.Patch, await PathAsync(reference), patch.ToJsonString(), "application/strategic-merge-patch+json", cancellationToken);

    /// <summary>Deletes an object; one that does not exist counts as deleted.</summary>
    public async Task DeleteAsync(ObjectReference reference, CancellationToken cancellationToken = default)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, await PathAsync(reference), """{"propagationPolicy":"Background"}""", "application/json", cancellationToken);
        }
        catch (ApiException error) when (error.StatusCode == 404)
        {
        }
    }

    /// <summary>Makes the cluster's object be as the manifest says, as <c>kubectl apply</c> does.</summary>
    /// <remarks>What the manifest left out since it was last applied is removed; what others set is left alone.</remarks>
    public async Task<AppliedObject> ApplyAsync(JsonObject manifest, CancellationToken cancellationToken = default)
    {
        var reference = ObjectReference.Of(manifest);
        var live = await GetAsync(reference, cancellationToken);
        if (live is null)
        {
            return new AppliedObject(reference, AppliedChange.Created, await CreateAsync(LastApplied.Annotate(manifest), cancellationToken));
        }

        var stored = await PatchAsync(reference, ThreeWayPatch.Make(LastApplied.Read(live), LastApplied.Annotate(manifest)), cancellationToken);
        var same = (string?)stored["metadata"]?["resourceVersion"] == (string?)live["metadata"]?["resourceVersion"];
        return new AppliedObject(reference, same ? AppliedChange.Unchanged : AppliedChange.Configured, stored);
    }

    /// <summary>Follows the changes of a kind: type (ADDED, MODIFIED, DELETED) and object, beginning with what is there.</summary>
    /// <remarks>Ends when the server ends the watch; call again to go on.</remarks>
    public async IAsyncEnumerable<(string Type, JsonObject Object)> WatchAsync(
        string apiVersion, string kind, string? @namespace = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var resource = await resources.FindAsync(apiVersion, kind);
        using var request = await RequestAsync(HttpMethod.Get, resource.CollectionPath(@namespace) + "?watch=1", null, null, cancellationToken);
        using var response = await kubernetes.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var change = (JsonObject)JsonNode.Parse(line)!;
            yield return ((string)change["type"]!, (JsonObject)change["object"]!);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => kubernetes.Dispose();

    private async Task<string> PathAsync(ObjectReference reference) =>
        (await resources.FindAsync(reference.ApiVersion, reference.Kind)).ObjectPath(reference.Namespace, reference.Name);

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, string? body, string? contentType, CancellationToken cancellationToken)
    {
        using var request = await RequestAsync(method, path, body, contentType, cancellationToken);
        using var response = await kubernetes.HttpClient.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? (JsonObject)JsonNode.Parse(text)!
            : throw ApiException.From((int)response.StatusCode, text);
    }

    private async Task<HttpRequestMessage> RequestAsync(HttpMethod method, string path, string? body, string? contentType, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, new Uri(kubernetes.BaseUri, path));
        request.Headers.Accept.ParseAdd("application/json");
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, contentType!);
        }

        if (kubernetes.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        return request;
    }
}
