using System.Buffers;
using System.IO.Pipelines;
using Grainhouse.Gateway.Computed;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Objects;

/// <summary>GET and LIST.</summary>
internal sealed class ReadVerbs(ObjectGrains grains, IObjectCache cache, ComputedObjects computed, ListReader lists, LiveLeases leases, TimeProvider time)
{
    // A list is sent on while it is written, in pieces of about this size.
    private const int FlushAt = 64 * 1024;

    /// <summary>Answers with one object: asked from its grain, or from the cache where any state will do (resourceVersion=0).</summary>
    public async Task GetAsync(ResourceRequest request)
    {
        var revision = request.Http.Request.QueryString.HasValue ? ListQuery.ReadRevision(request.Http.Request.Query["resourceVersion"]) : null;
        if (revision > cache.Revision && await cache.CatchUpAsync(request.Aborted) is var newest && revision > newest)
        {
            await Answer.FailureAsync(request.Http, Refusals.FutureRevision(revision.Value, newest));
            return;
        }

        var item = computed.Owns(request.Resource) ? await computed.GetAsync(request.Resource, request.Key, request.Aborted)
            : revision == 0 ? cache.Get(request.Key)
            : await grains.Get(request.Key, request.Aborted).GetAsync();
        if (item is null)
        {
            await Answer.FailureAsync(request.Http, ApiStatus.NotFound(request.Resource, request.Name));
        }
        else if (request.Subresource == "scale")
        {
            await Scales.WriteAsync(request, item, 200);
        }
        else
        {
            await WriteAsync(request, LiveLeases.MayBeIn(request.Resource, request.Namespace) ? await leases.ShowAsync(item) : item, 200);
        }
    }

    /// <summary>Answers with an object in the form that was asked for.</summary>
    public Task WriteAsync(ResourceRequest request, KubeObject item, int code)
    {
        // By far the most answers are an object as it is.
        if (request.Form.Kind == RepresentationKind.Object && request.Resource.StoredAs is null)
        {
            return Answer.DocumentAsync(request.Http, code, item, static (output, found) => found.WriteTo(output), request.Form.Encoding);
        }

        var form = Form(request);
        return Answer.DocumentAsync(request.Http, code, (form, item), static (output, state) => state.form.WriteObject(output, state.item), request.Form.Encoding);
    }

    /// <summary>Answers with a list.</summary>
    public async Task ListAsync(ResourceRequest request, ListQuery query)
    {
        var outcome = await lists.ReadAsync(request.Resource, request.Namespace, query, request.Aborted);
        if (outcome.Error is { } error)
        {
            await Answer.FailureAsync(request.Http, error, outcome.Continue);
            return;
        }

        var page = outcome.Page!;
        await WriteListAsync(request, LiveLeases.MayBeIn(request.Resource, request.Namespace) ? await leases.ShowAsync(page) : page);
    }

    /// <summary>Writes a list in the form that was asked for.</summary>
    public async Task WriteListAsync(ResourceRequest request, ListPage page)
    {
        if (request.Form.Encoding == BodyEncoding.Protobuf)
        {
            await ProtobufLists.WriteAsync(request, page);
            return;
        }

        var form = Form(request);
        if (request.Form.Encoding == BodyEncoding.Yaml || Answer.WantsPretty(request.Http.Request))
        {
            await Answer.DocumentAsync(request.Http, 200, (form, page), static (output, state) => WriteWhole(output, state.form, state.page), request.Form.Encoding);
            return;
        }

        var response = request.Http.Response;
        response.ContentType = "application/json";
        var zipped = Compression.Applies(request.Http.Request, page.Items) ? Compression.Begin(response) : null;
        var body = zipped is null ? response.BodyWriter : PipeWriter.Create(zipped);
        WriteHead(body, form, page);
        var first = true;
        foreach (var item in page.Items)
        {
            form.WriteItem(body, item, first);
            first = false;
            if (body.UnflushedBytes > FlushAt)
            {
                await body.FlushAsync(request.Aborted);
            }
        }

        ObjectForm.WriteListTail(body);
        await body.FlushAsync(request.Aborted);
        if (zipped is not null)
        {
            // Ends the compressed stream too.
            await body.CompleteAsync();
        }
    }

    /// <summary>The writer for a request's form.</summary>
    public ObjectForm Form(ResourceRequest request) =>
        new(request.Form, request.Resource, request.Http.Request.Query["includeObject"], time.GetUtcNow());

    private static void WriteWhole(IBufferWriter<byte> output, ObjectForm form, ListPage page)
    {
        WriteHead(output, form, page);
        var first = true;
        foreach (var item in page.Items)
        {
            form.WriteItem(output, item, first);
            first = false;
        }

        ObjectForm.WriteListTail(output);
    }

    private static void WriteHead(IBufferWriter<byte> output, ObjectForm form, ListPage page) =>
        form.WriteListHead(output, page.Revision, page.Next?.Encode() ?? "", page.Next is { Remaining: >= 0 } next ? next.Remaining : null);
}
