using System.Text.Json;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Gateway.Security;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Objects;

/// <summary>POST, PUT and PATCH.</summary>
internal sealed class WriteVerbs(ObjectGrains grains, ReadVerbs reads, IAuthorizer authorizer, GatewayOptions options)
{
    // As upstream: so often a taken generated name is tried again before the client hears of it.
    private const int NameTries = 8;

    private const string ApplyType = "application/apply-patch+yaml";

    private const string PatchTypes = "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, " + ApplyType;

    /// <summary>Creates an object, or a subresource of one (<c>pods/NAME/binding</c>), of which the body may say the name (<c>bindings</c>).</summary>
    public async Task CreateAsync(ResourceRequest request)
    {
        var write = Options(request, "CreateOptions");
        var (body, header) = await ReadAsync(request);
        if (request.Subresource.Length > 0)
        {
            if (request.Name.Length > 0)
            {
                CheckNames(request, header);
            }
            else if (header.Name is not { Length: > 0 })
            {
                throw Refusals.BadRequest("name is required");
            }

            var key = request.Resource.Key(request.Namespace, header.Name is { Length: > 0 } named ? named : request.Name);
            await AnswerAsync(request, await grains.Get(key, request.Aborted).UpdateAsync(body, write), 201);
            return;
        }

        CheckNamespace(request, header);
        body = Requestor.Sign(request.Resource, body, request.User);
        if (header.Name is { Length: > 0 } name)
        {
            await AnswerAsync(request, await grains.Get(request.Resource.Key(request.Namespace, name), request.Aborted).CreateAsync(body, write), 201);
            return;
        }

        if (header.GenerateName is not { Length: > 0 } prefix)
        {
            var cause = new StatusCause(CauseReasons.Required, "Required value: name or generateName is required", "metadata.name");
            await Answer.FailureAsync(request.Http, ApiStatus.Invalid(request.Resource, "", [cause]));
            return;
        }

        ObjectResult result;
        var tries = 0;
        do
        {
            result = await grains.Get(request.Resource.Key(request.Namespace, GeneratedName.Make(prefix)), request.Aborted).CreateAsync(body, write);
        }
        while (result.Error is { Reason: "AlreadyExists" } && ++tries < NameTries);
        await AnswerAsync(request, result, 201);
    }

    /// <summary>Replaces an object or its subresource.</summary>
    public async Task UpdateAsync(ResourceRequest request)
    {
        var write = Options(request, "UpdateOptions");
        var (body, header) = await ReadAsync(request);
        CheckNamespace(request, header);
        CheckNames(request, header);
        await AnswerAsync(request, await grains.Get(request.Key, request.Aborted).UpdateAsync(body, write), 200);
    }

    /// <summary>Patches an object or its subresource.</summary>
    public async Task PatchAsync(ResourceRequest request)
    {
        var type = RequestBody.MediaType(request.Http.Request) switch
        {
            "application/json-patch+json" => PatchType.Json,
            "application/merge-patch+json" => PatchType.Merge,
            "application/strategic-merge-patch+json" => PatchType.StrategicMerge,
            ApplyType => PatchType.Apply,
            _ => throw Refusals.UnsupportedMediaType(PatchTypes),
        };
        var write = InVersion(request, RequestOptions.ForPatch(request.Http.Request, request.Subresource, apply: type == PatchType.Apply));
        var body = await RequestBody.ReadAsync(request.Http.Request, options.MaxBodyBytes, request.Aborted);
        if (type == PatchType.Apply)
        {
            body = YamlBody.IsJson(body) ? body : YamlBody.ToJson(body, options.MaxBodyBytes);
            await CheckMayCreateAsync(request);
        }

        var result = await grains.Get(request.Key, request.Aborted).PatchAsync(type, body, write);
        await AnswerAsync(request, result, result.Created ? 201 : 200);
    }

    // An apply to what is not there is a creation too, and must be allowed as one.
    private async Task CheckMayCreateAsync(ResourceRequest request)
    {
        if (request.Subresource.Length > 0 || await grains.Get(request.Key, request.Aborted).GetAsync() is not null)
        {
            return;
        }

        var attributes = new AccessAttributes("create")
        {
            Group = request.Resource.Group,
            Resource = request.Resource.Plural,
            Namespace = request.Namespace ?? "",
            Name = request.Name,
        };
        var decision = await authorizer.AuthorizeAsync(request.User, attributes, request.Aborted);
        if (!decision.Allowed)
        {
            throw new RequestRefusedException(Denials.Resource(request.User, attributes, decision.Reason));
        }
    }

    private static WriteOptions Options(ResourceRequest request, string kind) =>
        InVersion(request, RequestOptions.ForWrite(request.Http.Request, kind, request.Subresource));

    private static WriteOptions InVersion(ResourceRequest request, WriteOptions write) =>
        request.Resource.StoredAs is null ? write : write with { Version = request.Resource.ApiVersion };

    private async Task<(byte[] Body, BodyHeader Header)> ReadAsync(ResourceRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http.Request, options.MaxBodyBytes, request.Aborted);
        try
        {
            var header = BodyHeader.Read(body);
            if (request.Subresource.Length == 0)
            {
                CheckKind(request.Resource, header);
            }

            return (body, header);
        }
        catch (JsonException cause)
        {
            throw Refusals.BadRequest(
                $"the object provided is unrecognized (must be of type {request.Resource.Kind}): couldn't get version/kind; json parse error: {cause.Message}");
        }
    }

    private static void CheckKind(ResourceDescriptor resource, BodyHeader header)
    {
        if (header.ApiVersion is { Length: > 0 } version && version != resource.ApiVersion)
        {
            throw Refusals.BadRequest($"the API version in the data ({version}) does not match the expected API version ({resource.ApiVersion})");
        }

        if (header.Kind is { Length: > 0 } kind && kind != resource.Kind)
        {
            throw Refusals.BadRequest(
                $"{kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: converting ({resource.Version}.{kind}) to ({resource.Version}.{resource.Kind}): unknown conversion");
        }
    }

    private static void CheckNamespace(ResourceRequest request, BodyHeader header)
    {
        if (request.Resource.Namespaced && header.Namespace is { Length: > 0 } given && given != request.Namespace)
        {
            throw Refusals.BadRequest($"the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private static void CheckNames(ResourceRequest request, BodyHeader header)
    {
        if (header.Name is { Length: > 0 } given && given != request.Name)
        {
            throw Refusals.BadRequest($"the name of the object ({given}) does not match the name on the URL ({request.Name})");
        }
    }

    private Task AnswerAsync(ResourceRequest request, ObjectResult result, int code)
    {
        foreach (var warning in result.Warnings)
        {
            Answer.AddWarning(request.Http.Response, warning);
        }

        if (result.Error is { } error)
        {
            return Answer.FailureAsync(request.Http, error);
        }

        return request.Subresource switch
        {
            "binding" => Answer.DocumentAsync(request.Http, code, code, static (output, created) => StatusDocument.WriteSuccess(output, created), request.Form.Encoding),
            "scale" => Scales.WriteAsync(request, result.Object!, code),
            _ => reads.WriteAsync(request, result.Object!, code),
        };
    }
}
