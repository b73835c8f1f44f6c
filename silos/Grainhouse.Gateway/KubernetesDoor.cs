using Grainhouse.Gateway.Discovery;
using Grainhouse.Gateway.Fairness;
using Grainhouse.Gateway.Health;
using Grainhouse.Gateway.Metrics;
using Grainhouse.Gateway.Objects;
using Grainhouse.Gateway.Proxy;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Gateway.Security;
using Grainhouse.Gateway.Streams;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Grainhouse.Gateway;

/// <summary>The Kubernetes REST API: who asks, for what, may they, and off to the verb.</summary>
internal sealed partial class KubernetesDoor(
    Authenticator authenticator,
    IAuthorizer authorizer,
    AccessReviews reviews,
    HealthPaths health,
    ReadVerbs reads,
    WatchVerb watches,
    WriteVerbs writes,
    DeleteVerbs deletes,
    EvictionVerb evictions,
    LogVerb logs,
    StreamVerbs streams,
    ProxyVerb proxies,
    RequestSeats seats,
    ApiMetrics metrics,
    GatewayOptions options,
    TimeProvider time,
    IEnumerable<IServingCondition> conditions,
    ILogger<KubernetesDoor> logger)
{
    private readonly IServingCondition[] conditions = [.. conditions];

    /// <summary>Answers one request; every failure is a Status.</summary>
    /// <param name="context">The request.</param>
    /// <param name="metricsPath">Answers <c>/metrics</c>, once the door has let it through; null where it is not served.</param>
    public async Task HandleAsync(HttpContext context, RequestDelegate? metricsPath = null)
    {
        var record = new RequestRecord();
        try
        {
            await HandleAsync(context, record, metricsPath);
        }
        finally
        {
            if (record.Verb.Length > 0)
            {
                metrics.End(record, context.Response.StatusCode);
            }
        }
    }

    private async Task HandleAsync(HttpContext context, RequestRecord record, RequestDelegate? metricsPath)
    {
        ApiStatus failure;
        try
        {
            await DispatchAsync(context, record, metricsPath);
            return;
        }
        catch (RequestRefusedException refused)
        {
            failure = refused.Status;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException bad)
        {
            failure = new ApiStatus(bad.StatusCode, bad.StatusCode == 413 ? "RequestEntityTooLarge" : "BadRequest", bad.Message);
        }
        catch (StoreUnavailableException away)
        {
            LogUnavailable(away, context.Request.Path);
            failure = ApiStatus.Unavailable(away.Message);
        }
        catch (OrleansException lost)
        {
            LogUnavailable(lost, context.Request.Path);
            failure = ApiStatus.Unavailable("the object's silo is not in reach; please try again");
        }
        catch (TimeoutException late)
        {
            LogUnavailable(late, context.Request.Path);
            failure = new ApiStatus(504, "Timeout", "Timeout: request did not complete within the allotted time; it may still take effect") { RetryAfterSeconds = 1 };
        }
        catch (OperationCanceledException cut)
        {
            LogUnavailable(cut, context.Request.Path);
            failure = ApiStatus.Unavailable("the server could not finish the request; please try again");
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // The edge of the door: a defect in one request must not cost the connection, and its cause is logged.
            LogUnexpected(unexpected, context.Request.Method, context.Request.Path);
            failure = new ApiStatus(500, "InternalError", $"Internal error occurred: {unexpected.Message}");
        }

        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        await Answer.FailureAsync(context, failure);
    }

    private async Task DispatchAsync(HttpContext context, RequestRecord record, RequestDelegate? metricsPath)
    {
        var path = context.Request.Path.Value ?? "/";
        if (HealthPaths.Owns(path))
        {
            await health.AnswerAsync(context, path);
            return;
        }

        var user = authenticator.Authenticate(context);
        if (user is null)
        {
            // As upstream's system:public-info-viewer: the version is no secret.
            await (path is "/version" or "/version/" && context.Request.Headers.Authorization.Count == 0
                ? DiscoveryPaths.AnswerAsync(context, "/version")
                : Answer.FailureAsync(context, Refusals.Unauthorized));
            return;
        }

        foreach (var condition in conditions)
        {
            if (condition.Refusal is { } refusal)
            {
                throw new RequestRefusedException(ApiStatus.Unavailable(refusal));
            }
        }

        // A client that waits its turn does so under its own name, whoever it acts for.
        var parsed = RequestPath.Parse(path);
        var isWrite = Writes(context.Request, path);
        using var seat = await seats.EnterAsync(context, user, isWrite, isForOne: (parsed.IsResource && parsed.Name.Length > 0) || (isWrite && !HttpMethods.IsDelete(context.Request.Method)));
        user = Impersonation.Apply(context.Request, user);
        if (!parsed.IsResource)
        {
            await DispatchPathAsync(context, path, user, metricsPath);
        }
        else if (ResourceCatalog.FindPath(parsed.Group, parsed.Version, parsed.Resource) is { } resource)
        {
            await DispatchResourceAsync(context, parsed, resource, user, seat, record);
        }
        else if (VirtualResources.Find(parsed.Group, parsed.Version, parsed.Resource) is { } review && parsed.Name.Length == 0)
        {
            await AuthorizeAsync(user, Attributes(parsed, "create"), context.RequestAborted);
            await (review == VirtualResources.Binding ? BindAsync(context, parsed, user) : reviews.AnswerAsync(context, review, parsed.Namespace, user));
        }
        else
        {
            await Answer.FailureAsync(context, Refusals.NoSuchResource);
        }
    }

    // The body says which pod.
    private Task BindAsync(HttpContext context, RequestPath path, UserIdentity user) =>
        HttpMethods.IsPost(context.Request.Method) && path.Namespace is not null
            ? writes.CreateAsync(new ResourceRequest(
                context, ResourceCatalog.Pods, path.Namespace, "", "binding", Representation.Negotiate(context.Request.Headers.Accept, ResourceCatalog.Pods) ?? Representation.Json, user))
            : Answer.FailureAsync(context, Refusals.MethodNotAllowed);

    private async Task DispatchPathAsync(HttpContext context, string path, UserIdentity user, RequestDelegate? metricsPath)
    {
        var verb = context.Request.Method.ToLowerInvariant();
        if (!(await authorizer.AuthorizeAsync(user, new AccessAttributes(verb) { Path = path }, context.RequestAborted)).Allowed)
        {
            await Answer.FailureAsync(context, Denials.Path(user, verb, path));
            return;
        }

        if (path == MetricsHosting.Path && metricsPath is not null)
        {
            await metricsPath(context);
            return;
        }

        await DiscoveryPaths.AnswerAsync(context, path.EndsWith('/') ? path[..^1] : path);
    }

    private async Task DispatchResourceAsync(HttpContext context, RequestPath path, ResourceDescriptor resource, UserIdentity user, IDisposable? seat, RequestRecord record)
    {
        if (!Exists(path, resource))
        {
            await Answer.FailureAsync(context, Refusals.NoSuchResource);
            return;
        }

        var method = context.Request.Method;
        var collection = path.Name.Length == 0;
        var query = (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) && path.Subresource.Length == 0 || (collection && HttpMethods.IsDelete(method))
            ? ListQuery.Read(context.Request, resource)
            : null;
        var watch = HttpMethods.IsGet(method) && path.Subresource.Length == 0 && (path.Watch || query!.Watch);
        if (VerbOf(method, collection, watch, path) is not { } verb || (path.Subresource.Length == 0 && !resource.Verbs.Contains(verb)))
        {
            await Answer.FailureAsync(context, Refusals.MethodNotAllowed);
            return;
        }

        Note(record, path, verb, method);
        await AuthorizeAsync(user, Attributes(path, verb), context.RequestAborted);
        if (resource.Deprecation.Length > 0)
        {
            Answer.AddWarning(context.Response, resource.Deprecation);
        }

        if (Representation.Negotiate(context.Request.Headers.Accept, resource) is not { } form)
        {
            if (!IsStream(path.Subresource))
            {
                await Answer.FailureAsync(context, Refusals.NotAcceptable);
                return;
            }

            form = Representation.Json;
        }

        var request = new ResourceRequest(context, resource, path.Namespace, path.Name, path.Subresource, form, user) { Seat = seat };
        if (verb == "watch" || IsStream(path.Subresource))
        {
            record.IsStream = true;
            metrics.Begin(record);
            await RunAsync(request, verb, query);
            return;
        }

        using var deadline = RequestDeadline.Start(context, isBounded: query is null, options.RequestTimeout, time);
        try
        {
            await RunAsync(request, verb, query);
        }
        catch (OperationCanceledException) when (deadline is { HasPassed: true })
        {
            throw new RequestRefusedException(Refusals.Timeout);
        }
    }

    private Task RunAsync(ResourceRequest request, string verb, ListQuery? query)
    {
        if (verb != "watch" && IsStream(request.Subresource))
        {
            request.Seat?.Dispose();
        }

        return verb switch
        {
            _ when request.Subresource == ProxyVerb.Subresource => proxies.ForwardAsync(request),
            _ when StreamVerbs.Has(request.Subresource) => streams.ConnectAsync(request),
            "get" when request.Subresource == "log" => logs.GetAsync(request),
            "get" => reads.GetAsync(request),
            "list" => reads.ListAsync(request, query!),
            "watch" => watches.WatchAsync(request, request.Name.Length == 0 ? query! : query!.ForName(request.Resource, request.Name)),
            "create" when request.Subresource == "eviction" => evictions.CreateAsync(request),
            "create" => writes.CreateAsync(request),
            "update" => writes.UpdateAsync(request),
            "patch" => writes.PatchAsync(request),
            "delete" => deletes.DeleteAsync(request),
            _ => deletes.DeleteCollectionAsync(request, query!),
        };
    }

    private async ValueTask AuthorizeAsync(UserIdentity user, AccessAttributes attributes, CancellationToken cancellationToken)
    {
        var decision = await authorizer.AuthorizeAsync(user, attributes, cancellationToken);
        if (!decision.Allowed)
        {
            throw new RequestRefusedException(Denials.Resource(user, attributes, decision.Reason));
        }
    }
}
