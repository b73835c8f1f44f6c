using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grainhouse.Gateway.Calls;

/// <summary>Lets gRPC calls through the Kubernetes door, within the process.</summary>
/// <remarks>
/// So there is one way to an object, whatever the protocol: one place that knows who asks, decides whether they may, keeps the rules
/// and words the errors, and what is added to it is in both doors at once.
/// </remarks>
internal sealed class InnerDoor(KubernetesDoor door)
{
    // What says who asks. The rest of a call's metadata is nobody's business behind the door.
    private static readonly string[] Passed = ["Authorization", "User-Agent"];

    private const string Impersonation = "Impersonate-";
    private const string Groups = "Impersonate-Group";

    /// <summary>Makes a request and reads the answer whole.</summary>
    /// <exception cref="RpcException">The door refused it.</exception>
    public async Task<InnerAnswer> AskAsync(InnerRequest request, ServerCallContext context)
    {
        await using var call = await OpenAsync(request, context);
        return new InnerAnswer(await call.ReadAllAsync(), call.Headers);
    }

    /// <summary>Makes a request and returns when its answer begins. Dispose it to end it.</summary>
    /// <exception cref="RpcException">The door refused it.</exception>
    public async Task<InnerCall> OpenAsync(InnerRequest request, ServerCallContext context)
    {
        var call = Begin(request, context.GetHttpContext(), context.CancellationToken);
        try
        {
            await call.UntilBegunAsync();
            return call.IsRefused ? throw CallErrors.Read(call.StatusCode, (await call.ReadAllAsync()).Span) : call;
        }
        catch
        {
            await call.DisposeAsync();
            throw;
        }
    }

    private InnerCall Begin(InnerRequest request, HttpContext caller, CancellationToken cancellationToken)
    {
        var response = new InnerResponse();
        var call = new InnerCall(response, cancellationToken);
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = request.Method,
            Scheme = caller.Request.Scheme,
            Protocol = caller.Request.Protocol,
            Path = request.Path,
            QueryString = request.Query.Text.Value ?? "",
            Headers = HeadersOf(request, caller.Request),
            Body = request.Body.IsEmpty ? Stream.Null : new MemoryStream(request.Body.ToArray(), writable: false),
        });
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        features.Set<IHttpRequestLifetimeFeature>(call);
        features.Set(request.Command);
        features.Set(caller.Features.Get<ITlsConnectionFeature>());
        features.Set(caller.Features.Get<IHttpConnectionFeature>());
        features.Set(caller.Features.Get<IHttpRequestIdentifierFeature>());
        call.Run(door, new DefaultHttpContext(features) { RequestServices = caller.RequestServices });
        return call;
    }

    private static HeaderDictionary HeadersOf(InnerRequest request, HttpRequest caller)
    {
        var headers = new HeaderDictionary { ["Accept"] = "application/json", ["Content-Length"] = request.Body.Length.ToString() };
        if (!request.Body.IsEmpty)
        {
            headers["Content-Type"] = request.ContentType;
        }

        foreach (var (name, values) in caller.Headers)
        {
            if (Passed.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith(Impersonation, StringComparison.OrdinalIgnoreCase))
            {
                headers[name] = values;
            }
        }

        // gRPC may join the values of one key by commas; HTTP clients of Kubernetes send a header for each group.
        if (headers.TryGetValue(Groups, out var groups))
        {
            headers[Groups] = groups.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        return headers;
    }
}

/// <summary>An answer as a whole.</summary>
/// <param name="Body">The document.</param>
/// <param name="Headers">Its headers.</param>
internal readonly record struct InnerAnswer(ReadOnlyMemory<byte> Body, IHeaderDictionary Headers);
