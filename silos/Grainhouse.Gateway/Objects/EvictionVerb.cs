using System.Text.Json;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Grains;

namespace Grainhouse.Gateway.Objects;

/// <summary>POST of <c>pods/NAME/eviction</c>: a deletion within the pod's disruption budget.</summary>
internal sealed class EvictionVerb(ObjectGrains grains, GatewayOptions options)
{
    /// <summary>Evicts a pod; the answer is a Status.</summary>
    public async Task CreateAsync(ResourceRequest request)
    {
        var body = await RequestBody.ReadJsonAsync(request.Http.Request, options.MaxBodyBytes, request.Aborted);
        var deletion = Read(body, request);
        if (RequestOptions.DryRun(request.Http.Request, "CreateOptions"))
        {
            deletion = deletion with { DryRun = true };
        }

        var result = await grains.Get(request.Key, request.Aborted).EvictAsync(deletion);
        await (result.Error is { } error
            ? Answer.FailureAsync(request.Http, error)
            : Answer.DocumentAsync(request.Http, 201, 201, static (output, code) => StatusDocument.WriteSuccess(output, code), request.Form.Encoding));
    }

    private static DeletionOptions Read(byte[] body, ResourceRequest request)
    {
        try
        {
            var header = BodyHeader.Read(body);
            if (header is not { Kind: "Eviction" or "" or null, ApiVersion: "policy/v1" or "policy/v1beta1" or "" or null })
            {
                throw Refusals.BadRequest($"no kind \"{header.Kind}\" is registered for version \"{header.ApiVersion}\" as an Eviction");
            }

            if (header.Name != request.Name)
            {
                throw Refusals.BadRequest("name in URL does not match name in Eviction object");
            }

            if (header.Namespace is { Length: > 0 } given && given != request.Namespace)
            {
                throw Refusals.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            }

            using var document = JsonDocument.Parse(body);
            return document.RootElement.TryGetProperty("deleteOptions", out var settings) && settings.ValueKind == JsonValueKind.Object
                ? DeleteRequest.From(settings)
                : new DeletionOptions();
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException)
        {
            throw Refusals.BadRequest($"the object provided is unrecognized (must be of type Eviction): {cause.Message}");
        }
    }
}
