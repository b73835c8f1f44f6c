using System.Text.Json.Nodes;
using Grainhouse.Client.Connections;
using Grainhouse.Client.Resources;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Client;

/// <summary>A client of a cluster: of Grainhouse, or of any other that speaks the Kubernetes API.</summary>
/// <remarks>
/// <see cref="Resource{T}()"/> reads, writes and follows objects of one kind, typed; <see cref="Resource(string, string)"/> does the
/// same with JSON, for any kind. Safe to use from any thread; one for the whole program.
/// </remarks>
public sealed partial class GrainhouseClient : IDisposable
{
    private readonly Kubernetes kubernetes;
    private readonly Transport transport;
    private readonly ResourceFinder resources;
    private readonly ILoggerFactory loggers;
    private readonly TimeProvider time;

    /// <summary>Makes a client. Nothing is sent yet.</summary>
    /// <param name="configuration">Where the server is and who asks.</param>
    /// <param name="loggers">Where the library logs; null for nowhere.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public GrainhouseClient(KubernetesClientConfiguration configuration, ILoggerFactory? loggers = null, TimeProvider? time = null)
    {
        this.loggers = loggers ?? NullLoggerFactory.Instance;
        this.time = time ?? TimeProvider.System;
        kubernetes = new Kubernetes(configuration);
        transport = new Transport(kubernetes, this.time);
        resources = new ResourceFinder(path => DiscoverAsync(path));
    }

    /// <summary>The same connection with KubernetesClient's own methods.</summary>
    public IKubernetes Typed => kubernetes;

    /// <summary>Connects as the options say. Nothing is sent yet.</summary>
    /// <exception cref="k8s.Exceptions.KubeConfigException">The file is not a usable kubeconfig.</exception>
    public static GrainhouseClient Connect(GrainhouseOptions? options = null, ILoggerFactory? loggers = null) =>
        new((options ?? new GrainhouseOptions()).ToConfiguration(), loggers);

    /// <summary>Connects as the current context of a kubeconfig says. Nothing is sent yet.</summary>
    /// <exception cref="k8s.Exceptions.KubeConfigException">The file is not a usable kubeconfig.</exception>
    public static GrainhouseClient FromKubeconfig(string path) => Connect(new GrainhouseOptions { Kubeconfig = path });

    /// <summary>Connects with the service account of the pod that this runs in. Nothing is sent yet.</summary>
    /// <exception cref="k8s.Exceptions.KubeConfigException">This does not run in a pod.</exception>
    public static GrainhouseClient InCluster(ILoggerFactory? loggers = null) => new(KubernetesClientConfiguration.InClusterConfig(), loggers);

    /// <summary>The objects of a kind as models, as in <c>Resource&lt;V1Pod&gt;()</c>.</summary>
    /// <typeparam name="T">A model with <see cref="KubernetesEntityAttribute"/>: KubernetesClient's, or your own.</typeparam>
    public Resource<T> Resource<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => new(transport, resources, ModelCodec<T>.Create(), loggers, time);

    /// <summary>The objects of any kind as JSON, as in <c>Resource("apps/v1", "Deployment")</c>.</summary>
    public Resource<JsonObject> Resource(string apiVersion, string kind) => new(transport, resources, new JsonCodec(apiVersion, kind), loggers, time);

    /// <inheritdoc/>
    public void Dispose() => kubernetes.Dispose();

    private async Task<JsonObject> DiscoverAsync(string path) =>
        JsonNode.Parse(await transport.SendAsync(new Operation("discover", ""), HttpMethod.Get, path))!.AsObject();
}
