using Grainhouse.Interfaces.Api;
using Grpc.Core;
using Contract = Grainhouse.Interfaces.Api.Objects;
using WriteOptions = Grainhouse.Interfaces.Api.WriteOptions;

namespace Grainhouse.Gateway.Calls;

/// <summary>grainhouse.v1.Objects: the calls that are answered whole.</summary>
internal sealed partial class ObjectsDoor(InnerDoor door, TimeProvider time) : Contract.ObjectsBase
{
    // Documents of a few kB: a page stays well under the 4 MiB that clients take by default.
    private const long DefaultLimit = 500;

    /// <inheritdoc/>
    public override async Task<ApiObject> Get(GetRequest request, ServerCallContext context)
    {
        var answer = await door.AskAsync(new InnerRequest("GET", ApiPath.Object(request.Object, request.Subresource)), context);
        return ObjectMessages.Make(answer.Body, request.View);
    }

    /// <inheritdoc/>
    public override async Task<ListResponse> List(ListRequest request, ServerCallContext context)
    {
        var query = new InnerQuery()
            .Add("labelSelector", request.Selection?.Labels ?? "")
            .Add("fieldSelector", request.Selection?.Fields ?? "")
            .Add("limit", request.Limit == 0 ? DefaultLimit : request.Limit)
            .Add("continue", request.Continue)
            .Add("resourceVersion", request.ResourceVersion)
            .Add("resourceVersionMatch", request.Exact ? "Exact" : "");
        var answer = await door.AskAsync(new InnerRequest("GET", ApiPath.Collection(request.Type, request.Namespace)) { Query = query }, context);
        return ListMessages.Make(answer.Body, request.View);
    }

    /// <inheritdoc/>
    public override Task<WriteResponse> Create(CreateRequest request, ServerCallContext context)
    {
        var path = request.Subresource.Length == 0
            ? ApiPath.Collection(request.Type, request.Namespace)
            : ApiPath.Object(new ObjectName { Type = request.Type, Namespace = request.Namespace, Name = request.Name }, request.Subresource);
        return WriteAsync(new InnerRequest("POST", path) { Query = QueryOf(request.Options), Body = request.Document.Memory }, request.View, context);
    }

    /// <inheritdoc/>
    public override Task<WriteResponse> Update(UpdateRequest request, ServerCallContext context) => WriteAsync(
        new InnerRequest("PUT", ApiPath.Object(request.Object, request.Subresource)) { Query = QueryOf(request.Options), Body = request.Document.Memory },
        request.View,
        context);

    /// <inheritdoc/>
    public override Task<WriteResponse> Patch(PatchRequest request, ServerCallContext context) => WriteAsync(
        new InnerRequest("PATCH", ApiPath.Object(request.Object, request.Subresource))
        {
            Query = QueryOf(request.Options),
            Body = request.Patch.Memory,
            ContentType = request.Type switch
            {
                PatchRequest.Types.Type.Json => "application/json-patch+json",
                PatchRequest.Types.Type.Merge => "application/merge-patch+json",
                PatchRequest.Types.Type.StrategicMerge => "application/strategic-merge-patch+json",
                _ => "",
            },
        },
        request.View,
        context);

    /// <inheritdoc/>
    public override Task<WriteResponse> Apply(ApplyRequest request, ServerCallContext context) => WriteAsync(
        new InnerRequest("PATCH", ApiPath.Object(request.Object, request.Subresource))
        {
            Query = QueryOf(request.Options).Add("force", request.Force), Body = request.Document.Memory, ContentType = "application/apply-patch+yaml",
        },
        request.View,
        context);

    /// <inheritdoc/>
    public override async Task<DeleteResponse> Delete(DeleteRequest request, ServerCallContext context)
    {
        var answer = await door.AskAsync(
            new InnerRequest("DELETE", ApiPath.Object(request.Object, "")) { Body = DeleteBody.Write(request) }, context);
        var response = new DeleteResponse();
        if (!DeleteBody.IsStatus(answer.Body.Span))
        {
            response.Object = ObjectMessages.Make(answer.Body, View.Unspecified);
        }

        response.Warnings.AddRange(Warnings.Read(answer.Headers));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<EvictResponse> Evict(EvictRequest request, ServerCallContext context)
    {
        var answer = await door.AskAsync(
            new InnerRequest("POST", ApiPath.Object(Pod(request.Namespace, request.Pod), "eviction")) { Body = EvictionBody.Write(request) }, context);
        var response = new EvictResponse();
        response.Warnings.AddRange(Warnings.Read(answer.Headers));
        return response;
    }

    private async Task<WriteResponse> WriteAsync(InnerRequest request, View view, ServerCallContext context)
    {
        var answer = await door.AskAsync(request, context);
        var response = new WriteResponse { Object = ObjectMessages.Make(answer.Body, view) };
        response.Warnings.AddRange(Warnings.Read(answer.Headers));
        return response;
    }

    private static ObjectName Pod(string @namespace, string name) =>
        new() { Type = new ResourceType { ApiVersion = "v1", Resource = "pods" }, Namespace = @namespace, Name = name };

    private static InnerQuery QueryOf(WriteOptions? options) => options is null
        ? new InnerQuery()
        : new InnerQuery()
            .Add("dryRun", options.DryRun ? "All" : "")
            .Add("fieldManager", options.FieldManager)
            .Add("fieldValidation", options.FieldValidation switch
            {
                WriteOptions.Types.FieldValidation.Ignore => "Ignore",
                WriteOptions.Types.FieldValidation.Strict => "Strict",
                _ => "",
            });
}
