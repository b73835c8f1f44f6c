using Grainhouse.Gateway.Agents;
using Grainhouse.Gateway.Calls;
using Grainhouse.Gateway.Computed;
using Grainhouse.Gateway.Fairness;
using Grainhouse.Gateway.Health;
using Grainhouse.Gateway.Metrics;
using Grainhouse.Gateway.Objects;
using Grainhouse.Gateway.Proxy;
using Grainhouse.Gateway.Security;
using Grainhouse.Gateway.Streams;
using Grainhouse.Gateway.Streams.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Gateway;

/// <summary>Puts the doors into a host.</summary>
public static class GatewayHosting
{
    /// <summary>Adds the doors and lets Kestrel listen on their port.</summary>
    /// <remarks>Needs <c>IGrainFactory</c>, <c>IObjectStore</c> and <c>IObjectCache</c> from the host. An <see cref="IAuthorizer"/> of the host's own takes precedence.</remarks>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder, GatewayOptions options)
    {
        builder.Services.AddGateway(options);
        builder.WebHost.UseKestrelHttpsConfiguration();

        // A line of log for each request is more than the requests themselves cost.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
        return builder;
    }

    /// <summary>Adds the doors' services.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => ClusterAuthority.Open(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Authenticator>();
        services.TryAddSingleton<IAuthorizer, GroupAuthorizer>();
        services.AddSingleton<AccessReviews>();

        services.AddSingleton<IReadinessCheck, StoreCheck>();
        services.AddSingleton<IReadinessCheck, CacheCheck>();
        services.AddSingleton<IReadinessCheck, GrainCheck>();
        services.AddSingleton<HealthPaths>();
        services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<HealthPaths>());

        services.AddSingleton(provider => new Patience(options.Patience, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ObjectGrains>();
        services.AddSingleton<IComputedKind, ApiServices>();
        services.AddSingleton<IComputedKind, ComponentStatuses>();
        services.AddSingleton<IComputedKind, NodeMetrics>();
        services.AddSingleton<IComputedKind, PodMetrics>();
        services.AddSingleton<UsageReader>();
        services.AddSingleton<ComputedObjects>();
        services.AddSingleton<ListReader>();
        services.AddSingleton<LiveLeases>();
        services.AddSingleton<ReadVerbs>();
        services.AddSingleton<WatchVerb>();
        services.AddSingleton<WriteVerbs>();
        services.AddSingleton<DeleteVerbs>();
        services.AddSingleton<EvictionVerb>();
        services.AddSingleton<LogVerb>();
        services.AddSingleton<RequestSeats>();
        services.AddGatewayMetrics();
        services.AddSingleton<CommandDoor>();
        services.AddSingleton<ExecVerb>();
        services.AddSingleton<AttachVerb>();
        services.AddSingleton<PortForwardVerb>();
        services.AddSingleton<StreamVerbs>();
        services.AddProxy();
        services.AddSingleton<KubernetesDoor>();
        services.AddSingleton<InnerDoor>();
        services.AddSingleton<ObjectsDoor>();

        services.AddSingleton<TunnelBroker>();
        services.AddSingleton<TunnelOpener>();
        services.AddSingleton<AttachedNodes>();
        services.AddSingleton<AgentDoor>();
        services.AddSingleton<HealthDoor>();
        services.AddRouting();
        services.AddGrpc();
        services.AddGrpcReflection();
        services.AddOptions<KestrelServerOptions>().Configure<ClusterAuthority>((kestrel, authority) => Listener.Configure(kestrel, options, authority));
        return services;
    }

    /// <summary>Lets the doors answer: gRPC calls by their services, everything else as Kubernetes REST.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        var door = app.Services.GetRequiredService<KubernetesDoor>();

        // Only what asks to leave HTTP behind goes this way.
        app.UseWhen(static context => context.Request.Headers.Upgrade.Count > 0, static upgrading => upgrading.UseWebSockets());

        // In front of routing: the hot path needs none.
        app.Use(next => context => IsGrpc(context.Request.ContentType) ? next(context) : door.HandleAsync(context, next));
        app.UseRouting();
        app.MapGrpcService<AgentDoor>();
        app.MapGrpcService<ObjectsDoor>();
        app.MapGrpcService<HealthDoor>();
        app.MapGrpcReflectionService();
        app.MapPrometheusScrapingEndpoint(MetricsHosting.Path);
        return app;
    }

    private static bool IsGrpc(string? contentType) => contentType is not null && contentType.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);
}
